import { expect, test } from "vitest";
import { childEnvironment } from "./child-environment.ts";

test("names no folder of the working directory and none of Python's modules", () => {
  const env = { PATH: ".:/usr/bin::bin:/opt/bin:../x", PYTHONPATH: "/data", PYTHONSTARTUP: "a.py", PYTHONHOME: "/data", HOME: "/home/a" };
  expect(childEnvironment(env)).toEqual({ PATH: "/usr/bin:/opt/bin", HOME: "/home/a", PYTHONSAFEPATH: "1" });
});
