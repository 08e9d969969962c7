import type { TFunction } from 'i18next'

/** What an operation is called on pages; one that they do not know is named as it is. */
export const operationName = (t: TFunction, operation: string | null): string =>
  operation === null ? '' : t(`operation.${operation}`, { defaultValue: operation })
