import { FramerailError } from '@framerail/lifecycle';
import { demand, demandCode } from '@framerail/lifecycle/testing';
import { expect, test } from 'vitest';

const refuse = () => {
  throw new FramerailError({ code: 'E_ABORTED', message: 'It was aborted' });
};

test('what holds passes, what does not says what was expected', () => {
  demand(true, 'nothing');
  expect(() => demand(false, '2 bytes, not 3')).toThrow('Expected 2 bytes, not 3');
  expect(() => demand(false, () => 'a name')).toThrow('Expected a name');
});

test('the text of what holds is not made', () => {
  demand(true, () => {
    throw new Error('made');
  });
});

test('an error is known by its code, thrown or rejected', async () => {
  await expect(demandCode('E_ABORTED', refuse)).resolves.toBeInstanceOf(FramerailError);
  await expect(demandCode('E_ABORTED', async () => refuse())).resolves.toMatchObject({ code: 'E_ABORTED' });
});

test.each<[string, () => unknown, string]>([
  ['nothing', () => 1, 'nothing thrown'],
  ['another code', refuse, 'E_ABORTED'],
  [
    'what has no code',
    () => {
      throw 'text';
    },
    'text',
  ],
  [
    'null',
    () => {
      throw null;
    },
    'nothing thrown',
  ],
])('%s instead of it fails', async (_, call, received) => {
  await expect(demandCode('E_TIMEOUT', call)).rejects.toThrow(
    `Expected an error with code E_TIMEOUT, not ${received}`,
  );
});
