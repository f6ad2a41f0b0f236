FROM node:22-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY stubs stubs
RUN npm ci
COPY . .
RUN npm run build && npm pack --ignore-scripts --pack-destination /tmp

FROM node:22-slim
COPY --from=build /tmp/sysgen-*.tgz /tmp/
RUN npm install --global --omit=optional /tmp/sysgen-*.tgz \
  && rm /tmp/sysgen-*.tgz \
  && mkdir /data \
  && chown node:node /data
# The user node. A number can be checked by hosts that refuse root.
USER 1000
WORKDIR /data
ENTRYPOINT ["sysgen"]
CMD ["--help"]
