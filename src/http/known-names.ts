/**
 * Names that a route does not know are refused, not ignored: a misspelled `lmit` would otherwise answer as if nothing
 * had been asked. Only the outermost names are looked at, those of the query and of a JSON body.
 */
import type { FastifyInstance } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { letterDistance } from '../lib/letter-distance.ts'

/** Longer ones are cut in the answer; they are the caller's own words. */
const LONGEST_SHOWN = 60

/** The known name that was probably meant: a third of its letters may be wrong. */
const findMeant = (name: string, known: readonly string[]): string | undefined => {
  const asked = name.slice(0, LONGEST_SHOWN).toLowerCase()
  const [nearest] = known
    .map((key) => ({ key, letters: letterDistance(asked, key.toLowerCase()) }))
    .filter(({ key, letters }) => letters <= Math.max(1, Math.floor(key.length / 3)))
    .sort((a, b) => a.letters - b.letters)
  return nearest?.key
}

const adviseOn = (name: string, known: readonly string[]): string => {
  const meant = findMeant(name, known)
  if (meant !== undefined) return `is not known here; did you mean “${meant}”?`
  return known.length === 0 ? 'is not known here; nothing is' : `is not known here; known are ${known.join(', ')}`
}

/** The schema, now with a complaint about each name that it does not have. Schemas that are no plain object stay. */
export const refuseUnknownNames = <Schema extends z.core.$ZodType>(schema: Schema): Schema => {
  if (!(schema instanceof z.ZodObject) || schema.def.catchall !== undefined) return schema
  const known = Object.keys(schema.shape)
  const error = ({ path }: { readonly path?: readonly PropertyKey[] | undefined }): string =>
    adviseOn(String(path?.at(-1) ?? ''), known)
  return schema.catchall(z.custom(() => false, { error })) as unknown as Schema
}

/** The validator of every route. */
export const createValidator: typeof validatorCompiler = (route) => {
  const named = route.httpPart === 'querystring' || route.httpPart === 'body'
  return validatorCompiler(named ? { ...route, schema: refuseUnknownNames(route.schema) } : route)
}

/** Routes that say nothing of a query take none. Must come before the routes. */
export const refuseUnsaidQueries = (app: FastifyInstance): void => {
  const nothing = z.object({})
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/api/v1/') || route.schema?.querystring !== undefined) return
    route.schema = { ...route.schema, querystring: nothing }
  })
}
