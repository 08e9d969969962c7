import { Stack, Text, Title } from '@mantine/core'
import type { ReactElement } from 'react'

interface HeadingProps {
  title: string
  description?: string | undefined
  order: 1 | 2
}

/** What a page or a part of it is called, and in a sentence what it is for. */
export const Heading = ({ title, description, order }: HeadingProps): ReactElement => (
  <Stack gap={2} maw={760}>
    <Title order={order}>{title}</Title>
    {description !== undefined && (
      <Text size="sm" c="dimmed">
        {description}
      </Text>
    )}
  </Stack>
)
