/** One wrong setting, for the list that is shown at start. The value itself is not in it: it may be a secret. */
export interface ConfigProblem {
  readonly key: string
  /** How to mend it, continuing "PORT: …". */
  readonly advice: string
}
