/** OpenAI's `/chat/completions`, the wire format most providers speak. */
import type { ChatDialect } from '../provider.ts'
import { decodeOpenAiChat, decodeOpenAiStream } from './openai-chat-decode.ts'
import { encodeOpenAiChat } from './openai-chat-encode.ts'

export const openAiChat: ChatDialect = {
  framing: 'server-events',
  encode: encodeOpenAiChat,
  decode: decodeOpenAiChat,
  decodeStream: decodeOpenAiStream,
}
