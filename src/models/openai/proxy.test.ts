import { expect, test } from "vitest";
import { UsageError } from "../../errors.ts";
import { proxyOf } from "./proxy.ts";

const of = (server: string, env: Record<string, string>): string | undefined => proxyOf(new URL(server), env)?.url;
const proxies = { HTTPS_PROXY: "http://secure:1", HTTP_PROXY: "http://plain:2" };

test("the variable is chosen by the server's protocol, in any case", () => {
  expect(of("https://models.example/v1", proxies)).toBe("http://secure:1/");
  expect(of("http://models.example/v1", proxies)).toBe("http://plain:2/");
  expect(of("http://models.example/v1", { ...proxies, http_proxy: "small:3" })).toBe("http://small:3/");
  expect(of("https://models.example/v1", { all_proxy: "http://user:word@all:4" })).toBe("http://user:word@all:4/");
  expect(of("http://127.0.0.1:8000/v1", proxies)).toBe("http://plain:2/");
  expect(of("http://models.example/v1", {})).toBeUndefined();
  expect(of("http://models.example/v1", { HTTP_PROXY: " " })).toBeUndefined();
});

test.each([
  ["*", true],
  ["example", true],
  [".example", true],
  ["*.example", true],
  ["other, GPU.Models.Example", true],
  ["other gpu.models.example", true],
  ["gpu.models.example:8000", true],
  ["gpu.models.example:9000", false],
  ["s.example", false],
  ["", false],
])("NO_PROXY %s", (list, isDirect) => {
  expect(of("http://gpu.models.example:8000/v1", { ...proxies, NO_PROXY: list }) === undefined).toBe(isDirect);
});

test.each([
  ["http://10.1.2.3:8000", "10.0.0.0/8", true],
  ["http://11.1.2.3:8000", "10.0.0.0/8", false],
  ["http://127.0.0.1:8000", "localhost,127.0.0.0/8,::1", true],
  ["http://[::1]:8000", "localhost,127.0.0.0/8,::1", true],
  ["http://[fd00::7]:8000", "fd00::/8", true],
  ["http://localhost:8000", "localhost", true],
  ["http://10.1.2.3:8000", "10.0.0.0/99", false],
])("%s with NO_PROXY %s", (server, list, isDirect) => {
  expect(of(server, { ...proxies, no_proxy: list }) === undefined).toBe(isDirect);
});

test("a SOCKS proxy is refused in one sentence, unless the server is reached directly", () => {
  const env = { ALL_PROXY: "socks5://127.0.0.1:1080" };
  expect(() => of("http://gpu1:8000", env)).toThrow(UsageError);
  expect(() => of("http://gpu1:8000", env)).toThrow(/ALL_PROXY: SOCKS.*gpu1.*NO_PROXY/);
  expect(of("http://gpu1:8000", { ...env, NO_PROXY: "gpu1" })).toBeUndefined();
  expect(() => of("http://gpu1:8000", { HTTP_PROXY: "http://" })).toThrow(/HTTP_PROXY/);
});
