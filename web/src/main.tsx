import '@patternfly/react-core/dist/styles/base.css';
import './style.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { Refused } from './api/client';
import { router } from './app/router';
import { startTexts } from './i18n';

const TOO_OFTEN = 429;

/** A refusal stays a refusal; only a server that cannot be reached, or wants a pause, is asked again. */
const worthAsking = (failures: number, error: Error) =>
  failures < 2 &&
  (!(error instanceof Refused) || error.status === 0 || error.status === TOO_OFTEN || error.status >= 500);

/** The pause that the server asks for, else one second, then two. */
const pauseMs = (failures: number, error: Error) =>
  1000 * ((error instanceof Refused && error.problem.retry_after) || 2 ** failures);

const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: worthAsking, retryDelay: pauseMs, staleTime: 5_000, refetchOnWindowFocus: false },
  },
});

// A log-in that ended is noticed wherever it is: the session is asked anew, and the frame shows the log-in.
queries.getQueryCache().subscribe(({ query }) => {
  const { error } = query.state;
  if (error instanceof Refused && error.status === 401 && query.queryKey[0] !== 'session') {
    query.setState({ error: null, status: 'pending', fetchStatus: 'idle' });
    void queries.invalidateQueries({ queryKey: ['session'] });
  }
});

startTexts();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
