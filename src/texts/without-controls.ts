/**
 * Removes what controls a terminal. These are the control characters C0 and C1 except tab and
 * newline, and the characters that turn the direction of text around. Codes of colours go with
 * their escape character. Of other sequences the rest stays in sight, so nothing that a person
 * should read is removed with them. A text without any comes back as it is.
 */
export function withoutControls(text: string): string {
  return control.test(text) ? text.replace(colour, "").replace(everyControl, "") : text;
}

const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const everyControl = new RegExp(control.source, "g");
const colour = /\u001b\[[\d;]*m/g;
