/** One thing to be sent; by which way is the channel's business. */
export type Message = {
  /** The same for every try of the same message, so that a receiver can tell a second copy: digest-12-2022-09-30. */
  id: string;
  /** An e-mail address, or the address of a group robot. */
  to: string;
  subject: string;
  text: string;
};

/** A way to reach people outside the app: mail, a webhook. */
export type Channel = {
  /** Refuses with DeliveryFailed; then nothing is known to have arrived. */
  send(message: Message): Promise<void>;
};

/** Why something could not be sent, in words for the office: no address of a server, no secret, no library's words. */
export class DeliveryFailed extends Error {
  constructor(words: string, options?: { cause?: unknown }) {
    super(words, options);
    this.name = 'DeliveryFailed';
  }
}
