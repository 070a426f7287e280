/** Next calls this once in each server process, before the first request. */
export async function register(): Promise<void> {
  // The compiler puts the runtime's name here, so that the other runtime's bundle never holds the import.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { stampRequests } = await import('./lib/server/auth/request-stamp');
    stampRequests();
  }
}
