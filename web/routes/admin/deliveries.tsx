/** To whom a message went, and to whom not and why: one line for all that have it, one for each that has not. */
import { List } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Because } from '../../../src/http/contract/reason.ts'
import { asSentence, sayReason } from '../../say-because.ts'

interface Delivery {
  readonly channelName: string
  /** Missing where messages have no end to tell. */
  readonly event?: 'opened' | 'resolved'
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed'
  readonly error: string | null
  readonly because: Because
}

/** In the page's language; what a server said stands as a quotation. */
export const useDeliveryError = (): ((delivery: Pick<Delivery, 'error' | 'because'>) => string) => {
  const { t, i18n } = useTranslation()
  return ({ error, because }) =>
    error === null ? '' : asSentence(sayReason(t, i18n.language, error, because), i18n.language, because)
}

const isTold = ({ state, error }: Delivery): boolean => state === 'sent' && error === null

interface DeliveriesProps {
  deliveries: readonly Delivery[]
  /** Where many messages stand below each other: one line for all that did not get it; the channels tell why. */
  isBrief?: boolean
}

export const Deliveries = ({ deliveries, isBrief = false }: DeliveriesProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const sayError = useDeliveryError()
  const namesOf = (some: readonly Delivery[]): string =>
    new Intl.ListFormat(i18n.language).format([...new Set(some.map(({ channelName }) => channelName))])
  const troubles = deliveries.filter((one) => !isTold(one) && one.state !== 'sending')
  const inBrief = (state: Delivery['state']) => (isBrief ? troubles.filter((one) => one.state === state) : [])
  const groups = {
    sent: deliveries.filter((one) => isTold(one) && one.event !== 'resolved'),
    sentResolved: deliveries.filter((one) => isTold(one) && one.event === 'resolved'),
    sending: deliveries.filter(({ state }) => state === 'sending'),
    partlyBrief: inBrief('sent'),
    waitingBrief: inBrief('waiting'),
    failedBrief: inBrief('failed'),
  }
  return (
    <List size="sm">
      {(['sent', 'sentResolved', 'sending', 'partlyBrief', 'waitingBrief', 'failedBrief'] as const)
        .filter((group) => groups[group].length > 0)
        .map((group) => (
          <List.Item key={group}>{t(`admin.alerts.told.${group}`, { names: namesOf(groups[group]) })}</List.Item>
        ))}
      {(isBrief ? [] : troubles).map((one, index) => (
        <List.Item key={index} style={{ overflowWrap: 'anywhere' }}>
          {t(`admin.alerts.told.${one.state === 'sent' ? 'partly' : one.state}`, {
            name: one.channelName,
            why: sayError(one),
          }).trim()}
        </List.Item>
      ))}
    </List>
  )
}
