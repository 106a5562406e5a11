// `serve --service` where there is no service control manager that could have started it.
import { runAsService } from '../../../../daemon/serve/windows/run-as-service';
import { IS_WINDOWS } from '../../../../src/os';

const posix = IS_WINDOWS ? test.skip : test;

posix('--service is for Windows, and nothing is run elsewhere', async () => {
  const run = jest.fn();
  await expect(runAsService('lab', '/nowhere', run)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('--service is for Windows') as string,
  });
  expect(run).not.toHaveBeenCalled();
});
