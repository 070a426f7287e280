/** Next calls this once in each server process, before the first request. */
export async function register(): Promise<void> {
  // The compiler puts the runtime's name here, so that the other runtime's bundle never holds the import.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { stampRequests } = await import('./lib/server/auth/request-stamp');
    stampRequests();
    // Not while building, when there is no database.
    if (process.env.NEXT_PHASE !== 'phase-production-build') {
      const { startJobs } = await import('./lib/jobs/job-server');
      startJobs();
    }
  }
}
