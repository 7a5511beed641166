import type { TaskEngine } from '@framerail/task-queue';

/** A store whose calls come one after another: the next one begins when the one before has ended. */
export function inTurn(engine: TaskEngine): TaskEngine {
  let last: Promise<unknown> = Promise.resolve();
  return new Proxy(engine, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name === 'on') return member.bind(target);
      return (...args: unknown[]) => {
        const turn = last.then(() => Reflect.apply(member, target, args));
        last = turn.catch(() => {});
        return turn;
      };
    },
  });
}
