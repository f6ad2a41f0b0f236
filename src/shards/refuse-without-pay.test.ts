import { expect, test } from "vitest";
import { refuseWithoutPay } from "./refuse-without-pay.ts";

test("options of calls need --pay", () => {
  expect(() => refuseWithoutPay({ json: true })).not.toThrow();
  expect(() => refuseWithoutPay({ judgeBaseUrl: "http://gpu1:8000/v1" })).toThrow(/^--judge-base-url: expected --pay with it, /);
});
