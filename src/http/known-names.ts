/**
 * Names that a route does not know are refused, not ignored: a misspelled `lmit` would otherwise answer as if nothing
 * had been asked. Every object of a query and of a JSON body is looked at, however deep it lies. Records stay open:
 * their names are the caller's own.
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

/** A whole object, now with a complaint about each name that it does not have. One that says what else it takes stays. */
const closeObject = (schema: z.ZodObject): z.core.$ZodType => {
  const shape = Object.fromEntries(Object.entries(schema.shape).map(([name, part]) => [name, refuseUnknownNames(part)]))
  if (schema.def.catchall !== undefined) return z.clone(schema, { ...schema.def, shape })
  const known = Object.keys(shape)
  const error = ({ path }: { readonly path?: readonly PropertyKey[] | undefined }): string =>
    adviseOn(String(path?.at(-1) ?? ''), known)
  // Not aborting: the form of a choice that was meant is told by its being wrong in its names only.
  return z.clone(schema, { ...schema.def, shape, catchall: z.custom(() => false, { error, abort: false }) })
}

/** What a schema may be wrapped in: one that is optional, nullable or has a default. */
type Wrapper = z.core.$ZodType & { readonly _zod: { readonly def: { readonly innerType: z.core.$ZodType } } }

const isWrapper = (schema: z.core.$ZodType): schema is Wrapper => 'innerType' in schema._zod.def

const close = (schema: z.core.$ZodType): z.core.$ZodType => {
  if (schema instanceof z.ZodObject) return closeObject(schema)
  if (schema instanceof z.ZodArray)
    return z.clone(schema, { ...schema.def, element: refuseUnknownNames(schema.def.element) })
  if (schema instanceof z.ZodRecord)
    return z.clone(schema, { ...schema.def, valueType: refuseUnknownNames(schema.def.valueType) })
  if (schema instanceof z.ZodUnion)
    return z.clone(schema, { ...schema.def, options: schema.def.options.map(refuseUnknownNames) })
  if (isWrapper(schema))
    return z.clone(schema, { ...schema._zod.def, innerType: refuseUnknownNames(schema._zod.def.innerType) })
  return schema
}

/** The schema, now refusing in each of its objects the names that the object does not have. */
export const refuseUnknownNames = <Schema extends z.core.$ZodType>(schema: Schema): Schema => close(schema) as Schema

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
