/** The server's slice of the configuration. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectDirectory, type Config } from '../config.ts'
import type { HttpSettings } from '../http/settings.ts'

export const version = (JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8')) as { version: string })
  .version

export const toHttpSettings = (config: Config): HttpSettings => {
  const webDirectory = join(projectDirectory, 'dist', 'web')
  const { server, upload, auth, data } = config
  return {
    publicUrl: server.publicUrl,
    allowedOrigins: server.allowedOrigins,
    trustedProxies: server.trustedProxies,
    signUp: auth.signUp,
    demo: server.demo,
    version,
    maxUploadBytes: upload.maxBytes,
    maxDurationSecond: upload.maxHours * 3600,
    requestsPerMinute: server.requestsPerMinute,
    uploadDirectory: join(data.directory, 'uploads'),
    ...(existsSync(join(webDirectory, 'index.html')) && { webDirectory }),
  }
}
