// Tests compare texts without colours. A CI service sets variables that switch colours on.
process.env["NO_COLOR"] = "1";
delete process.env["FORCE_COLOR"];
