// Route = folder. Each page is loaded when it is first opened.
import { createBrowserRouter, Navigate } from 'react-router';
import { Crash } from '@/components/Boundary';
import { NotFound } from '@/components/states';
import { SignedIn } from '@/session/SignedIn';
import { useSession } from '@/session/session';
import { PAGES } from './pages';

/** The first page that the reader may open. */
function First() {
  const { may } = useSession();
  const allowed = PAGES.filter((page) => may(page.needs));
  // Commissioning comes first in the menu, but a day begins with Today.
  const first = allowed.find((page) => page.name === 'today') ?? allowed[0];
  return <Navigate to={first?.path ?? '/account'} replace />;
}

export const router = createBrowserRouter([
  {
    errorElement: <Crash />,
    children: [
      { path: '/login', lazy: () => import('@/routes/login/LoginPage') },
      { path: '/enrol', lazy: () => import('@/routes/enrol/EnrolPage') },
      {
        path: '/',
        element: <SignedIn />,
        children: [
          {
            errorElement: <Crash />,
            children: [
              { index: true, element: <First /> },
              { path: 'today', lazy: () => import('@/routes/today/TodayPage') },
              { path: 'assets', lazy: () => import('@/routes/assets/AssetsPage') },
              { path: 'assets/:id', lazy: () => import('@/routes/asset/AssetPage') },
              { path: 'map', lazy: () => import('@/routes/map/MapPage') },
              { path: 'map/drawing', lazy: () => import('@/routes/drawing/DrawingPage') },
              { path: 'risk', lazy: () => import('@/routes/risk/RiskPage') },
              { path: 'vulnerabilities', lazy: () => import('@/routes/vulnerabilities/VulnerabilitiesPage') },
              {
                path: 'vulnerabilities/:advisory',
                lazy: () => import('@/routes/vulnerabilities/AdvisoryPage'),
              },
              { path: 'traffic', lazy: () => import('@/routes/traffic/TrafficPage') },
              { path: 'sensors', lazy: () => import('@/routes/sensors/SensorsPage') },
              { path: 'settings/:section?', lazy: () => import('@/routes/settings/SettingsPage') },
              { path: 'start', lazy: () => import('@/routes/start/StartPage') },
              { path: 'account', lazy: () => import('@/routes/account/AccountPage') },
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
    HydrateFallback: () => null,
  },
]);
