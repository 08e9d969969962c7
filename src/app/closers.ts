/** What is to be undone at the end, last first. One that fails does not keep the others from being done. */
export interface Closers {
  add(close: () => Promise<void>): void
  /** Does all once; throws the first failure after the last one. */
  run(): Promise<void>
}

export const createClosers = (): Closers => {
  const closers: (() => Promise<void>)[] = []
  return {
    add: (close) => void closers.push(close),
    async run() {
      const failures: unknown[] = []
      for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
        await close().catch((error: unknown) => failures.push(error))
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
