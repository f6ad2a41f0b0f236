/**
 * A form that an instruction can ask for, such as a table. Instructions are read in English,
 * Spanish, German, French, Portuguese and Chinese.
 */
export interface ResponseForm {
  /** For people, such as "a table". */
  readonly name: string;
  /** Whether the original surely has the form. */
  isIn(original: string): boolean;
  /** Whether a new response may pass as having it, also in another shape than the original's. */
  mayBeIn(response: string, original: string, instruction: string): boolean;
  /** Whether the instruction surely asks for the form. */
  isAsked(instruction: string): boolean;
}
