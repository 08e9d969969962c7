/** The administration's own navigation, in the sidebar while one of its pages is open. */
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { adminGroups } from './admin-navigation.ts'
import classes from './admin.module.css'

export const AdminLinks = ({ onNavigate }: { onNavigate: () => void }): ReactElement => {
  const { t } = useTranslation()
  return (
    <div className={classes.links} role="group" aria-label={t('admin.title')}>
      {adminGroups.map((group) => (
        <ul key={group.id} className={classes.linkGroup} aria-label={t(`admin.nav.groups.${group.id}`)}>
          {group.pages.map(({ id, path, icon: Icon }) => (
            <li key={id}>
              <NavLink to={path} end={path === '/admin'} className={classes.link ?? ''} onClick={onNavigate}>
                <Icon size={17} stroke={1.6} aria-hidden />
                {t(`admin.nav.${id}`)}
              </NavLink>
            </li>
          ))}
        </ul>
      ))}
    </div>
  )
}
