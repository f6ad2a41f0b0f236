import { createAdaptorServer } from "@hono/node-server";
import { Server } from "node:http";
import { UsageError, messageOf } from "../errors.ts";
import { viewerApp } from "./app.ts";
import { builtPage, pageFiles } from "./page-files.ts";
import { newToken } from "./token.ts";
import { ViewedRun } from "./viewed-run.ts";

export interface ViewerOptions {
  /** A run directory. */
  readonly run: string;
  /** Another run directory, to compare its rows with. */
  readonly compare?: string | undefined;
  /** 0 for any free port. */
  readonly port: number;
  /** Folder of the built page. Default `builtPage`. */
  readonly page?: string;
}

export interface Viewer extends AsyncDisposable {
  /** With the token, without which nobody is let in. */
  readonly url: string;
}

/**
 * Serves the viewer on this machine's loopback address.
 * @throws UsageError when there is no run, or the port is taken.
 */
export async function serveViewer({ run: folder, compare, port, page = builtPage }: ViewerOptions): Promise<Viewer> {
  const files = await pageFiles(page);
  const run = await ViewedRun.open(folder);
  const other = compare === undefined ? undefined : await ViewedRun.open(compare);
  const token = newToken();
  let listening = port;
  const server = createAdaptorServer({ fetch: viewerApp({ run, other, page: files, port: () => listening, token }).fetch });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new UsageError(`Cannot listen on port ${port} (${messageOf(error)}). Choose another --port.`)));
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address === "object" && address !== null) listening = address.port;
  return {
    url: `http://127.0.0.1:${listening}/?token=${token}`,
    async [Symbol.asyncDispose]() {
      // A page that is open in a browser holds its connections.
      if (server instanceof Server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      run[Symbol.dispose]();
      other?.[Symbol.dispose]();
    },
  };
}
