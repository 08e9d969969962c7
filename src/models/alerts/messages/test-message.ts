/** What the test button sends. */
import type { Locale, Message } from '../channels/channel.ts'
import { page, paragraph } from './html.ts'

const WORDS: Readonly<Record<Locale, { subject: string; text: (name: string) => string }>> = {
  en: {
    subject: 'mp4totext: a test',
    text: (name) => `This is a test of the channel “${name}”. Messages arrive here.`,
  },
  tr: { subject: 'mp4totext: deneme', text: (name) => `Bu, “${name}” kanalının denemesidir. İletiler buraya geliyor.` },
}

export const testMessage = (channelName: string, locale: Locale, id: string): Message => {
  const { subject } = WORDS[locale]
  const text = WORDS[locale].text(channelName)
  return { id, event: 'test', subject, text, html: page(subject, paragraph(text), locale), data: { text } }
}
