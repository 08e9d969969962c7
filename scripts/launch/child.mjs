/** Starts a program in the foreground and waits for it. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a program with our terminal and passes signals on. Resolves to its exit code, or 128 and the signal's number.
 * With `bond`, the program can tell that we are gone: its channel to us closes, even after a kill -9.
 */
export const runChild = (file, args, { cwd, env = process.env, bond = false, stdout = 'inherit' } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ['inherit', stdout, 'inherit', ...(bond ? ['ipc'] : [])] })
    const forward = (signal) => child.kill(signal)
    for (const signal of FORWARDED) process.on(signal, forward)
    const done = (settle) => {
      for (const signal of FORWARDED) process.off(signal, forward)
      settle()
    }
    child.once('error', (error) => done(() => reject(error)))
    child.once('exit', (code, signal) => done(() => resolve(code ?? 128 + (constants.signals[signal] ?? 0))))
  })
