/**
 * Signature of a webhook: HMAC-SHA256 over the time and the body, so that a receiver can tell that it comes from here, was
 * not changed and is not an old one sent again. `verifySignature` is what a receiver does.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export const createSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64url')}`

const digest = (secret: string, second: number, body: string): Buffer =>
  createHmac('sha256', secret).update(`${second}.${body}`).digest()

/** `t=SECONDS,v1=HEX`. */
export const sign = (secret: string, body: string, nowMs: number): string => {
  const second = Math.floor(nowMs / 1_000)
  return `t=${second},v1=${digest(secret, second, body).toString('hex')}`
}

/** Older than this, a receiver should take it for one sent again. */
export const SIGNATURE_AGE_SECOND = 300

export const verifySignature = (secret: string, body: string, header: string, nowMs: number): boolean => {
  const [, seconds = '', hex = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? []
  if (Math.abs(nowMs / 1_000 - Number(seconds)) > SIGNATURE_AGE_SECOND) return false
  const given = Buffer.from(hex, 'hex')
  const expected = digest(secret, Number(seconds), body)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
