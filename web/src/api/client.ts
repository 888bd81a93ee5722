// The only way to the server: a client made from the interface's description.
import createClient from 'openapi-fetch';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

/** What the server says when it refuses: one shape for everything. */
export type Problem = Schemas['Problem'];

/** A refused request, as an error that pages and forms can show. */
export class Refused extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.name = 'Refused';
    this.status = status;
    this.problem = problem;
  }
}

export const client = createClient<paths>({ baseUrl: '/', headers: { accept: 'application/json' } });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

/** The body of a good answer; every other answer becomes a `Refused`. */
export async function ask<T>(asked: Promise<Answer<T>>): Promise<T> {
  return (await askWhole(asked)).data;
}

/** The same with the headers, for files that say things about themselves. */
export async function askWhole<T>(asked: Promise<Answer<T>>): Promise<{ data: T; headers: Headers }> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch {
    throw new Refused(0, { code: 'unreachable', message: '', advice: '' });
  }
  const { data, error, response } = answer;
  if (!response.ok) {
    const problem = isProblem(error) ? error : { code: 'internal', message: response.statusText, advice: '' };
    throw new Refused(response.status, problem);
  }
  return { data: data as T, headers: response.headers };
}
