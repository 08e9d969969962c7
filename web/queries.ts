/** What pages read from the server, each with its key in the cache. The keys are known here and in events/ only. */
import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { getMe, getServerInfo, listInvitations } from '../src/http/contract/accounts.ts'
import { listCredentials, listLearnedRules } from '../src/http/contract/credentials.ts'
import { estimateCredits, getCredits } from '../src/http/contract/credits.ts'
import { listModels, listSpeechModels } from '../src/http/contract/models.ts'
import { listTemplates, previewTemplate, type Template } from '../src/http/contract/templates.ts'
import { listChains } from '../src/http/contract/chains.ts'
import {
  getTranscription,
  listSegments,
  listTranscriptions,
  type Segment,
} from '../src/http/contract/transcriptions.ts'
import { validateModel } from '../src/http/contract/validate-model.ts'
import { ApiError, call } from './api.ts'

export type Filters = Omit<z.input<typeof listTranscriptions.query>, 'cursor' | 'limit'>
export interface SegmentList {
  items: Segment[]
  revision: number
}

const second = 1000

/** Asking again helps only where nothing answered; everything else is shown at once. */
const retry = (failures: number, error: unknown): boolean =>
  error instanceof ApiError && error.code === 'server-unreachable' && failures < 2

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { retry, staleTime: 15 * second, refetchOnWindowFocus: true, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  })

/** What every page stands on is asked again by itself: nobody should have to watch for the server's return. */
const whileFailedMs = ({ state }: { readonly state: { readonly error: Error | null } }): number | false =>
  state.error === null ? false : 5 * second

export const serverQuery = queryOptions({
  queryKey: ['server'],
  queryFn: async ({ signal }) => await call(getServerInfo, { signal }),
  staleTime: 60 * second,
  refetchInterval: whileFailedMs,
})

/** The signed-in user, or null when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    try {
      return await call(getMe, { signal })
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 60 * second,
  refetchInterval: whileFailedMs,
})

export const transcriptionsQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['transcriptions', filters],
    queryFn: async ({ pageParam, signal }) =>
      await call(listTranscriptions, {
        query: { ...filters, limit: 30, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })

export const transcriptionQuery = (id: string) =>
  queryOptions({
    queryKey: ['transcription', id],
    queryFn: async ({ signal }) => await call(getTranscription, { params: { id }, signal }),
  })

const readSegments = async (id: string, signal: AbortSignal): Promise<SegmentList> => {
  const items: Segment[] = []
  let revision = 0
  let after: number | null = -1
  while (after !== null) {
    const page: z.output<typeof listSegments.response> = await call(listSegments, {
      params: { id },
      query: { after, limit: 5000 },
      signal,
    })
    items.push(...page.items)
    revision = page.revision
    after = page.nextAfter
  }
  return { items, revision }
}

/** Every segment with its words; hours of speech come in pages and stay in memory as one list. */
export const segmentsQuery = (id: string) =>
  queryOptions({
    queryKey: ['segments', id],
    queryFn: async ({ signal }) => await readSegments(id, signal),
    staleTime: 60 * second,
  })

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async ({ signal }) => await call(listModels, { signal }),
  staleTime: 30 * second,
})

/** The same list after every provider was asked for its own; slower, so beside the other and only while it is looked at. */
export const liveModelsQuery = queryOptions({
  queryKey: ['models', 'live'],
  queryFn: async ({ signal }) => await call(listModels, { query: { live: 'true' }, signal }),
  staleTime: 60 * second,
})

/** The user's credits and budget; `enabled` is false where the server does not count any. */
export const creditsQuery = queryOptions({
  queryKey: ['credits'],
  queryFn: async ({ signal }) => await call(getCredits, { signal }),
  staleTime: 10 * second,
})

export type EstimateWish = z.input<typeof estimateCredits.body>

/** What a run would take; asked anew when the wish changes, and after a while, as speed is learned. */
export const estimateQuery = (wish: EstimateWish | null) =>
  queryOptions({
    queryKey: ['estimate', wish],
    queryFn: async ({ signal }) => await call(estimateCredits, { ...(wish !== null && { body: wish }), signal }),
    staleTime: 60 * second,
    retry: false,
  })

/** `ref` is `provider/key`; a key may hold slashes itself. */
export const modelCheckQuery = (ref: string, fresh = false) =>
  queryOptions({
    queryKey: ['model-check', ref],
    queryFn: async ({ signal }) => {
      const slash = ref.indexOf('/')
      const body = { provider: ref.slice(0, slash), model_key: ref.slice(slash + 1), fresh }
      return await call(validateModel, { body, signal })
    },
    staleTime: 30 * second,
  })

/** Asked often only while a download runs, since the event stream tells of recordings alone. */
export const speechModelsQuery = queryOptions({
  queryKey: ['speech-models'],
  queryFn: async ({ signal }) => await call(listSpeechModels, { signal }),
  refetchInterval: (query) =>
    query.state.data?.items.some((model) => model.download?.state === 'running') === true ? second : false,
})

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async ({ signal }) => await call(listInvitations, { signal }),
})

export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: async ({ signal }) => await call(listCredentials, { signal }),
})

export const learnedRulesQuery = queryOptions({
  queryKey: ['learned-rules'],
  queryFn: async ({ signal }) => await call(listLearnedRules, { signal }),
})

/** The user's own prompts, and the variables that they can use. */
export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: async ({ signal }) => await call(listTemplates, { signal }),
})

/** A prompt as the model would get it, with examples for its variables. */
export const templatePreviewQuery = (kind: Template['kind'], prompt: string) =>
  queryOptions({
    queryKey: ['templates', 'preview', kind, prompt],
    queryFn: async ({ signal }) => await call(previewTemplate, { body: { kind, prompt }, signal }),
    staleTime: 60 * second,
  })

export const chainsQuery = queryOptions({
  queryKey: ['chains'],
  queryFn: async ({ signal }) => await call(listChains, { signal }),
})
