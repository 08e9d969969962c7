/** Requests that are not even HTTP get the one error shape as well, written by hand, as there is no request yet. */
import type { Socket } from 'node:net'
import { AppError } from '../errors.ts'
import { createId } from '../lib/ids.ts'
import { PROBLEM_TYPE, toProblem } from './error-response.ts'

export const onClientError = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const message = tooLarge ? 'The headers of the request are too long' : 'This cannot be read as an HTTP request'
  const body = JSON.stringify(toProblem(new AppError('invalid-request', message), createId()))
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
