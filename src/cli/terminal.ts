/** Where a command reads and writes; results go to `out`, everything for a person to `err`. */
import type { Writable } from 'node:stream'

export interface Terminal {
  readonly out: Writable & { readonly isTTY?: boolean }
  readonly err: Writable & { readonly isTTY?: boolean; readonly columns?: number }
}

export const say = ({ err }: Terminal, text: string): void => void err.write(`${text}\n`)

/** Writes a result to its end; a reader that has had enough (`| head`) is no failure. */
export const writeOut = ({ out }: Terminal, body: string | Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    const onError = (error: Error & { code?: string }): void => {
      if (error.code === 'EPIPE') resolve()
      else reject(error)
    }
    out.once('error', onError)
    out.write(body, (error) => {
      // The stream tells a broken pipe once more by its event.
      if (error) onError(error)
      else resolve()
    })
  })
