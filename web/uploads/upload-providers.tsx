/** Holds the upload queue and the staged files above all pages. */
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { forgetOnServer, sendFile } from './send-file.ts'
import { StagedContext } from './staged-files.ts'
import { withTabLock } from './tab-lock.ts'
import { createUploadQueue } from './upload-queue.ts'
import { createUploadStorage } from './upload-storage.ts'
import { isOpen } from './upload.ts'
import { UploadContext } from './use-uploads.ts'

const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('')

const useQueue = () => {
  const client = useQueryClient()
  const [queue] = useState(() =>
    createUploadQueue({
      storage: createUploadStorage(),
      send: sendFile,
      forget: forgetOnServer,
      withLock: withTabLock,
      createId: randomId,
      nowMs: () => Date.now(),
      onDone: () => void client.invalidateQueries({ queryKey: ['transcriptions'] }),
    }),
  )
  useEffect(() => {
    void queue.restore()
    const onOnline = (): void => queue.wake()
    // A file the browser could not keep is lost with the page, so leaving is asked about.
    const onLeave = (event: BeforeUnloadEvent): void => {
      if (queue.get().some((upload) => isOpen(upload) && !upload.kept)) event.preventDefault()
    }
    globalThis.addEventListener('online', onOnline)
    globalThis.addEventListener('beforeunload', onLeave)
    return () => {
      globalThis.removeEventListener('online', onOnline)
      globalThis.removeEventListener('beforeunload', onLeave)
    }
  }, [queue])
  return queue
}

export const UploadProviders = ({ children }: { children: ReactNode }): ReactElement => {
  const { t } = useTranslation()
  const queue = useQueue()
  const navigate = useNavigate()
  const [files, setFiles] = useState<readonly File[]>([])
  const staged = useMemo(
    () => ({
      files,
      stage: (added: readonly File[]) => {
        if (added.length === 0) {
          notifications.show({ color: 'rose', message: t('upload.nothingDropped') })
          return
        }
        setFiles((before) => [...before, ...added])
        void navigate('/upload')
      },
      unstage: (file: File) => setFiles((before) => before.filter((other) => other !== file)),
    }),
    [files, navigate, t],
  )
  return (
    <UploadContext value={queue}>
      <StagedContext value={staged}>{children}</StagedContext>
    </UploadContext>
  )
}
