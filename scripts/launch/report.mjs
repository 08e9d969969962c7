/** Lines for the person at the terminal. They go to standard error, so that standard output stays the program's own. */
export const say = (text) => process.stderr.write(`${text}\n`)

/** Runs a script's work; a failure ends it with its message alone, since its stack helps nobody here. */
export const runScript = async (work) => {
  try {
    process.exitCode = (await work()) ?? 0
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
