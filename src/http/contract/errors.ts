/** The table of errors, as data: what a problem's `type` points to. */
import { z } from 'zod'
import { defineRoute } from './route.ts'

export const listErrors = defineRoute({
  method: 'GET',
  path: '/api/v1/errors',
  access: 'anyone',
  tag: 'server',
  summary: 'Every error code with its status, title and advice',
  response: z.object({
    items: z.array(
      z.object({
        code: z.string(),
        status: z.int(),
        retry: z.enum(['never', 'same-target', 'other-target']),
        title: z.string(),
        advice: z.string(),
      }),
    ),
  }),
})
