/** The OpenAPI 3.1 document, made of the contract, and the pages to browse it, served from this machine alone. */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { openToAnyone } from './access.ts'

/** Must come before the routes: it documents those that are added after it. */
export const registerOpenApi = async (app: FastifyInstance, version: string): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'mp4totext',
        version,
        description:
          'Recordings to text. Every failure is an RFC 9457 problem with `code`, `title`, `detail` and `advice`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'mp4totext.session_token', description: 'Set by sign-in.' },
        },
      },
    },
    transform: (document) => {
      const { schema, url } = jsonSchemaTransform(document)
      const access = document.route.config?.access
      const hidden = !document.url.startsWith('/api/') || document.url.startsWith('/api/docs')
      const isHidden = hidden || (document.schema as { hide?: boolean } | undefined)?.hide === true
      return { url, schema: { ...schema, hide: isHidden, security: access === 'anyone' ? [] : [{ session: [] }] } }
    },
  })
  await app.register(async (scope) => {
    openToAnyone(scope)
    scope.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger())
    await scope.register(swaggerUi, {
      routePrefix: '/api/docs',
      // Without this the page shows a badge from a public validator.
      uiConfig: { url: '/api/openapi.json', validatorUrl: null, deepLinking: true, tryItOutEnabled: false },
    })
  })
}
