/** Events by name, each with what its listeners get. */
export type EventMap = Record<string, unknown>;

/** What a class with events offers to its users. */
export interface EventSource<Events extends EventMap> {
  /**
   * Listens.
   *
   * @param name - the event
   * @param listener - called synchronously; what it throws reaches no other listener and not the emitter
   * @returns stops listening; harmless when called twice
   */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;
}

/** The owner's side of an {@link EventSource}. */
export interface Emitter<Events extends EventMap> extends EventSource<Events> {
  /** Calls the listeners of an event in the order in which they came. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
  /** Takes all listeners off. */
  clear(): void;
  /** How many listeners an event has. */
  listenerCount(name: keyof Events): number;
}

/**
 * Makes an emitter.
 *
 * @param onListenerError - gets what listeners throw. By default it is thrown from a microtask of its own, so
 *   that it is reported as uncaught instead of being lost.
 */
export function createEmitter<Events extends EventMap>(
  onListenerError: (error: unknown) => void = reportUncaught,
): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<{ call(event: never): void }>>();
  return {
    on(name, listener) {
      const entry = { call: listener as (event: never) => void };
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(entry));
      return () => {
        set.delete(entry);
      };
    },
    emit(name, event) {
      for (const entry of [...(listeners.get(name) ?? [])]) {
        try {
          entry.call(event as never);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
    clear: () => {
      for (const set of listeners.values()) set.clear();
    },
    listenerCount: (name) => listeners.get(name)?.size ?? 0,
  };
}

function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
