import { Button, Stack, Text, Title } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { useQuery } from '@tanstack/react-query'
import { IconFileUpload } from '@tabler/icons-react'
import { useRef, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { serverQuery } from '../queries.ts'
import { useStagedFiles } from '../uploads/staged-files.ts'
import { UploadLimits } from './upload-limits.tsx'
import classes from './upload-dropzone.module.css'

interface UploadDropzoneProps {
  title: string
  description: string
  tall?: boolean
}

export const UploadDropzone = ({ title, description, tall = false }: UploadDropzoneProps): ReactElement => {
  const { t } = useTranslation()
  const { stage } = useStagedFiles()
  const server = useQuery(serverQuery)
  const open = useRef<() => void>(null)
  const extensions = server.data?.limits.fileExtensions ?? []
  return (
    <Dropzone
      className={classes.root ?? ''}
      data-tall={tall}
      radius="lg"
      p="40px 20px"
      openRef={open}
      activateOnClick={false}
      activateOnKeyboard={false}
      onDrop={stage}
      enablePointerEvents
      inputProps={{ 'aria-label': t('upload.choose'), tabIndex: -1 }}
      // Offered in the file picker only: the server decides by content, so a drop of any name is taken.
      {...(extensions.length === 0 ? {} : { useFsAccessApi: false })}
    >
      <Stack align="center" gap={10} ta="center">
        <div className={classes.icon}>
          <IconFileUpload size={34} stroke={1.4} aria-hidden />
        </div>
        <Title order={2}>{title}</Title>
        <Text size="sm" c="dimmed" maw={440}>
          {description}
        </Text>
        <Button mt={6} onClick={() => open.current?.()}>
          {t('upload.choose')}
        </Button>
        <UploadLimits />
        {extensions.length > 0 && (
          <Text size="xs" c="dimmed" maw={480}>
            {extensions.map((extension) => extension.replace(/^\./u, '')).join(', ')}
          </Text>
        )}
      </Stack>
    </Dropzone>
  )
}
