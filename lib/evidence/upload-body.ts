/** The sender went away before all had come. */
export class InterruptedError extends Error {}

/** So much more is taken and thrown away, so that a browser that is still sending gets to hear the answer. */
const DRAIN_LIMIT = 100 * 1024 * 1024;

/** A request's body, piece by piece: knows when it was cut short, and can be drained after a refusal. */
export class UploadBody {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array> | null;
  private readonly declared: number | null;
  private readonly signal: AbortSignal;
  private received = 0;
  private isOver = false;

  constructor(request: Request) {
    this.reader = request.body?.getReader() ?? null;
    const length = request.headers.get('content-length') ?? '';
    this.declared = /^\d{1,15}$/.test(length) ? Number(length) : null;
    this.signal = request.signal;
    // A reader that waits for a sender who is gone would wait for ever.
    this.signal.addEventListener('abort', () => void this.reader?.cancel().catch(() => {}), { once: true });
  }

  /** Throws InterruptedError where the sender went away or sent less than announced. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = await this.next();
      if (piece === null) return;
      yield piece;
    }
  }

  private async next(): Promise<Uint8Array | null> {
    if (this.reader === null) return null;
    let read: ReadableStreamReadResult<Uint8Array>;
    try {
      read = await this.reader.read();
    } catch (cause) {
      this.isOver = true;
      throw new InterruptedError('the upload was cut short', { cause });
    }
    if (!read.done) {
      this.received += read.value.length;
      return read.value;
    }
    this.isOver = true;
    if (this.signal.aborted || (this.declared !== null && this.received < this.declared)) {
      throw new InterruptedError('the upload was cut short');
    }
    return null;
  }

  /** Takes what is still coming and throws it away, within bounds. */
  async drain(): Promise<void> {
    try {
      while (!this.isOver && this.received < DRAIN_LIMIT && (await this.next()) !== null);
      if (!this.isOver) await this.reader?.cancel();
    } catch (error) {
      // nobody is left who could hear the answer
      if (!(error instanceof InterruptedError)) throw error;
    }
  }
}
