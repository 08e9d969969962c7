/**
 * Encryption of values at rest: AES-256-GCM, with the key's id in front, so that keys can be changed while old values stay
 * readable. The context, for example a row's id, is bound in: a value copied to another place does not open there.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

export interface Encryption {
  encrypt(plainText: string, context: string): string
  /** Throws when the key is gone, the value damaged or the context another one. */
  decrypt(sealed: string, context: string): string
  /** Whether the value was made with another key than the newest, and should be encrypted anew. */
  isOutdated(sealed: string): boolean
}

interface Key {
  readonly id: string
  readonly bytes: Buffer
}

const VERSION = 'v1'
/** 96 bits, as GCM wants; random ones do not meet before some four billion values of one key. */
const NONCE_BYTES = 12
const TAG_BYTES = 16

const toKey = (secret: string): Key => {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'mp4totext encryption at rest', 32))
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }
}

const open = (key: Key, body: Buffer, context: string): string => {
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, body.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(body.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  return Buffer.concat([decipher.update(body.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString()
}

/** With the newest secret first: it encrypts, and all of them decrypt. */
export const createEncryption = (secrets: readonly string[]): Encryption => {
  const keys = secrets.map(toKey)
  const [newest] = keys
  if (newest === undefined) throw new Error('No encryption key is given')
  const keyIdOf = (sealed: string): string | undefined => sealed.split('.')[1]

  return {
    encrypt(plainText, context) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', newest.bytes, nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(Buffer.from(context))
      const sealed = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()])
      return [VERSION, newest.id, Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')].join('.')
    },
    decrypt(sealed, context) {
      const [version, id, body = ''] = sealed.split('.')
      const key = keys.find((each) => each.id === id)
      if (version !== VERSION || key === undefined) {
        throw new Error('A stored secret was encrypted with a key that is not here; give it as ENCRYPTION_KEY_PREVIOUS')
      }
      try {
        return open(key, Buffer.from(body, 'base64url'), context)
      } catch (error) {
        throw new Error('A stored secret is damaged or stands in the wrong place', { cause: error })
      }
    },
    isOutdated: (sealed) => keyIdOf(sealed) !== newest.id,
  }
}
