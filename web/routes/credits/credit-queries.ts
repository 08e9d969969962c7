/** What the pages about credits read. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  getCreditSpend,
  getCreditSpendOfAll,
  listCreditAccounts,
  listCreditEntries,
  listCreditEntriesOf,
  listCreditPrices,
} from '../../../src/http/contract/credits.ts'
import { call } from '../../api.ts'

export type EntryFilters = Pick<z.input<typeof listCreditEntries.query>, 'kind' | 'operation' | 'model' | 'from' | 'to'>
const pageSize = 50

/** Whose history: the reader's own, or a user's for an administrator. */
export type Whose = { userId: string } | null

export const entriesPath = (whose: Whose): string =>
  whose === null
    ? listCreditEntries.path
    : listCreditEntriesOf.path.replace(':userId', encodeURIComponent(whose.userId))

export const creditEntriesQuery = (whose: Whose, filters: EntryFilters) =>
  infiniteQueryOptions({
    queryKey: whose === null ? ['credits', 'entries', filters] : ['admin', 'credit-entries', whose.userId, filters],
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filters, limit: pageSize, ...(pageParam === null ? {} : { cursor: pageParam }) }
      return whose === null
        ? await call(listCreditEntries, { query, signal })
        : await call(listCreditEntriesOf, { params: whose, query, signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

export interface Span {
  from: string
  to?: string
}

/** The reader's own, or everybody's for an administrator. */
export const creditSpendQuery = (ofAll: boolean, span: Span) =>
  queryOptions({
    queryKey: ofAll ? ['admin', 'credit-spend', span] : ['credits', 'spend', span],
    queryFn: async ({ signal }) => await call(ofAll ? getCreditSpendOfAll : getCreditSpend, { query: span, signal }),
    placeholderData: keepPreviousData,
  })

export const creditAccountsQuery = (query: z.input<typeof listCreditAccounts.query>) =>
  queryOptions({
    queryKey: ['admin', 'credit-accounts', query],
    queryFn: async ({ signal }) => await call(listCreditAccounts, { query, signal }),
    placeholderData: keepPreviousData,
  })

export const creditPricesQuery = queryOptions({
  queryKey: ['admin', 'credit-prices'],
  queryFn: async ({ signal }) => await call(listCreditPrices, { signal }),
})
