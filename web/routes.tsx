/** The addresses of the pages. Pages that not everybody opens are loaded when they are. */
import { createBrowserRouter, Navigate } from 'react-router'
import { AppLayout } from './components/app-layout/app-layout.tsx'
import { CrashPage } from './components/crash-page.tsx'
import { FullPageLoader } from './components/full-page.tsx'
import { adminRoutes } from './routes/admin/admin-routes.tsx'
import { RequireUser } from './session/require-user.tsx'
import { NotFoundPage } from './routes/not-found/not-found-page.tsx'
import { RecordingsPage } from './routes/recordings/recordings-page.tsx'
import { SignInPage } from './routes/sign-in/sign-in-page.tsx'
import { UploadProviders } from './uploads/upload-providers.tsx'

export const createRouter = () =>
  createBrowserRouter([
    {
      errorElement: <CrashPage />,
      hydrateFallbackElement: <FullPageLoader />,
      children: [
        { path: '/sign-in', element: <SignInPage /> },
        {
          path: '/sign-up',
          lazy: async () => ({ Component: (await import('./routes/sign-up/sign-up-page.tsx')).SignUpPage }),
        },
        {
          path: '/invite/:token',
          lazy: async () => ({ Component: (await import('./routes/sign-up/sign-up-page.tsx')).SignUpPage }),
        },
        {
          path: '/setup',
          lazy: async () => ({ Component: (await import('./routes/setup/setup-page.tsx')).SetupPage }),
        },
        {
          element: (
            <UploadProviders>
              <RequireUser>
                <AppLayout />
              </RequireUser>
            </UploadProviders>
          ),
          children: [
            { path: '/', element: <RecordingsPage /> },
            { path: '/recordings', element: <Navigate to="/" replace /> },
            {
              path: '/upload',
              lazy: async () => ({ Component: (await import('./routes/upload/upload-page.tsx')).UploadPage }),
            },
            {
              path: '/recordings/:id',
              lazy: async () => ({ Component: (await import('./routes/recording/recording-page.tsx')).RecordingPage }),
            },
            {
              path: '/recordings/:id/compare',
              lazy: async () => ({ Component: (await import('./routes/compare/compare-page.tsx')).ComparePage }),
            },
            {
              path: '/credits',
              lazy: async () => ({ Component: (await import('./routes/credits/credits-page.tsx')).CreditsPage }),
            },
            {
              path: '/settings/:section?',
              lazy: async () => ({ Component: (await import('./routes/settings/settings-page.tsx')).SettingsPage }),
            },
            adminRoutes,
            { path: '*', element: <NotFoundPage /> },
          ],
        },
      ],
    },
  ])
