/** The frame of the administration: administrators only; its navigation stands in the sidebar, and in a list on a phone. */
import { Center, Loader, NativeSelect } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { Suspense, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet, useLocation, useNavigate } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { Page } from '../../components/page.tsx'
import { useMe } from '../../session/me.ts'
import { adminGroups } from './admin-navigation.ts'
import classes from './admin.module.css'

/** The page that an address belongs to: the longest path that it begins with. */
const pageAt = (pathname: string): string =>
  adminGroups
    .flatMap(({ pages }) => pages.map(({ path }) => path))
    .filter((path) => pathname === path || pathname.startsWith(`${path}/`))
    .toSorted((one, other) => other.length - one.length)[0] ?? '/admin'

const PageList = (): ReactElement => {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const navigate = useNavigate()
  return (
    <div className={classes.pageList}>
      <NativeSelect
        aria-label={t('admin.nav.pages')}
        value={pageAt(pathname)}
        onChange={(event) => void navigate(event.currentTarget.value)}
      >
        {adminGroups.map((group) => (
          <optgroup key={group.id} label={t(`admin.nav.groups.${group.id}`)}>
            {group.pages.map(({ id, path }) => (
              <option key={id} value={path}>
                {t(`admin.nav.${id}`)}
              </option>
            ))}
          </optgroup>
        ))}
      </NativeSelect>
    </div>
  )
}

export const AdminLayout = (): ReactElement => {
  const { t } = useTranslation()
  const me = useMe()
  if (me.role !== 'admin') {
    return (
      <Page title={t('admin.title')}>
        <EmptyState icon={<IconLock size={42} stroke={1.3} aria-hidden />} title={t('admin.notAllowed')}>
          {t('admin.notAllowedHint')}
        </EmptyState>
      </Page>
    )
  }
  return (
    <>
      <PageList />
      <Suspense
        fallback={
          <Center p="xl" role="status" aria-label={t('state.loading')}>
            <Loader />
          </Center>
        }
      >
        <Outlet />
      </Suspense>
    </>
  )
}
