/** What a command tells the shell. */
export const exitCode = Object.freeze({
  ok: 0,
  failed: 1,
  /** The words of the command are wrong, or name a file that is not there. */
  usage: 2,
  /** The transcript is there, but an AI step that was asked for failed. */
  partly: 3,
  interrupted: 130,
})

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]
