import { FramerailError } from '@framerail/lifecycle';
import { ResourceHost } from '../resources/resource-host.js';
import { Attempt } from './attempt.js';
import { errorOf, recordOf } from './error-record.js';
import { loadHandlers } from './handler-module.js';
import { ProgressLine } from './progress-line.js';
import { unknownTaskError } from './runner-errors.js';
import type { HandlerSet } from './task-handler.js';
import type { WorkerOrder, WorkerReport, WorkerSettings } from './worker-messages.js';

/** The worker's end of the line to its pool. */
export interface WorkerChannel {
  send(report: WorkerReport): void;
  listen(listener: (order: WorkerOrder) => void): void;
  /** Ends the worker, whatever keeps it alive. */
  exit(): void;
}

/** A worker's side: loads the handlers, does one attempt at a time, keeps resources warm. */
export class WorkerServer {
  readonly #channel: WorkerChannel;
  readonly #settings: WorkerSettings;
  readonly #resources: ResourceHost;
  #set: HandlerSet | undefined;
  #active:
    | {
        readonly run: number;
        readonly work: Attempt;
        readonly line: ProgressLine;
        readonly done: Promise<void>;
      }
    | undefined;
  #hasNews = false;
  #isEnding = false;

  constructor(channel: WorkerChannel, settings: WorkerSettings) {
    this.#channel = channel;
    this.#settings = settings;
    this.#resources = new ResourceHost({ name: 'resources of a worker', onChange: () => this.#noteNews() });
  }

  async start(): Promise<void> {
    this.#channel.listen((order) => this.#obey(order));
    try {
      this.#set = await loadHandlers(this.#settings.module);
      for (const resource of this.#set.resources) this.#resources.register(resource);
      this.#channel.send({ kind: 'ready', names: Object.keys(this.#set.handlers) });
    } catch (error) {
      this.#channel.send({ kind: 'refused', error: recordOf(error) });
    }
  }

  /** Aborts what runs, waits for it and for disposals no longer than `graceMs`, and ends. */
  async end(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    // Not by an injected clock: this is a program of its own.
    const deadline = setTimeout(() => this.#channel.exit(), this.#settings.graceMs);
    this.#active?.work.abort(new FramerailError({ code: 'E_QUEUE_CLOSED', message: 'The worker is ending' }));
    await this.#active?.done;
    await this.#resources.close();
    clearTimeout(deadline);
    this.#channel.exit();
  }

  #obey(order: WorkerOrder): void {
    switch (order.kind) {
      case 'run':
        this.#run(order);
        return;
      case 'abort':
        if (this.#active?.run === order.run) this.#active.work.abort(errorOf(order.reason));
        return;
      case 'taken':
        if (this.#active?.run === order.run) this.#active.line.taken();
        return;
      case 'trim':
        this.#resources.trim(order.request);
        return;
      case 'end':
        void this.end();
        return;
    }
  }

  #run({ run, task, data }: WorkerOrder & { kind: 'run' }): void {
    const handlers = this.#set?.handlers ?? {};
    const handler = Object.hasOwn(handlers, task.name) ? handlers[task.name] : undefined;
    if (handler === undefined) {
      const error = recordOf(unknownTaskError(task.name, Object.keys(handlers)));
      this.#channel.send({ kind: 'failed', run, error });
      return;
    }
    const line = new ProgressLine((progress) => this.#channel.send({ kind: 'progress', run, progress }));
    const { signal } = new AbortController();
    const order = { task, data, signal, onProgress: (progress: unknown) => line.push(progress) };
    const work = new Attempt(order, this.#resources);
    const ended = Promise.withResolvers<void>();
    this.#active = { run, work, line, done: ended.promise };
    work.perform(handler, {
      done: (error, result) => {
        line.finish();
        this.#active = undefined;
        this.#tellNews();
        if (error === undefined) this.#channel.send({ kind: 'completed', run, result });
        else this.#channel.send({ kind: 'failed', run, error: recordOf(error) });
        ended.resolve();
      },
    });
  }

  #noteNews(): void {
    if (this.#hasNews) return;
    this.#hasNews = true;
    setImmediate(() => this.#tellNews());
  }

  #tellNews(): void {
    if (!this.#hasNews || this.#isEnding) return;
    this.#hasNews = false;
    this.#channel.send({ kind: 'resources', resources: this.#resources.stats() });
  }
}
