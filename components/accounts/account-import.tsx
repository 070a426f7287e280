'use client';

import { IssuedPasswords } from '@/components/accounts/issued-passwords';
import { TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { Notice } from '@/components/ui/notice';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { Table, Td, Th } from '@/components/ui/table';
import { useFormAction } from '@/components/ui/use-form-action';
import { type ImportState, importAccountsAction } from '@/lib/accounts/account.actions';
import { roleLabels } from '@/lib/accounts/account.words';

type Preview = NonNullable<ImportState['preview']>;

function Problems({ preview }: { preview: Preview }) {
  return (
    <section aria-labelledby="problems">
      <Notice tone="error" alert title={`${preview.problems.length} 处需要修改，没有写入任何账号`}>
        <p id="problems">请在表格中改好后重新上传。</p>
      </Notice>
      <Table label="需要修改之处">
        <thead>
          <tr>
            <Th num>行</Th>
            <Th>列</Th>
            <Th>问题</Th>
          </tr>
        </thead>
        <tbody>
          {preview.problems.map((problem) => (
            <tr key={`${problem.row} ${problem.column} ${problem.message}`}>
              <Td num>{problem.row}</Td>
              <Td nowrap>{problem.column}</Td>
              <Td>{problem.message}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}

type PlannedProps = { preview: Preview; region: string; action: (form: FormData) => void };

function Planned({ preview, region, action }: PlannedProps) {
  return (
    <form action={action}>
      <h2 className="mb-2">
        将在{preview.regionName}新建 {preview.accounts.length} 个账号，请核对
      </h2>
      <Table label="将要新建的账号">
        <thead>
          <tr>
            <Th num>行</Th>
            <Th>用户名</Th>
            <Th>姓名</Th>
            <Th>角色</Th>
            <Th>单位</Th>
            <Th>邮箱</Th>
          </tr>
        </thead>
        <tbody>
          {preview.accounts.map((account) => (
            <tr key={account.username}>
              <Td num>{account.row}</Td>
              <Td nowrap>{account.username}</Td>
              <Td>{account.displayName}</Td>
              <Td>{roleLabels(account.roles)}</Td>
              <Td>{account.unitName ?? preview.regionName}</Td>
              <Td>{account.email ?? '—'}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
      <input type="hidden" name="region" value={region} />
      <input type="hidden" name="rows" value={preview.rows} />
      <SecrecyLine />
      <SubmitButton>确认新建 {preview.accounts.length} 个账号</SubmitButton>
    </form>
  );
}

export function AccountImport({ region }: { region: string }) {
  const [state, action] = useFormAction<ImportState>(importAccountsAction, { status: 'idle' });
  const { preview } = state;
  return (
    <>
      <FormSummary state={state} />
      <IssuedPasswords issued={state.issued ?? []} />
      <form action={action} noValidate className="mb-4 max-w-xl">
        <input type="hidden" name="region" value={region} />
        <TextField
          name="file"
          label="账号表格"
          type="file"
          accept=".xlsx,.csv"
          required
          hint="四列：用户名、姓名、角色、单位；可另加一列邮箱。一次最多 200 个账号。"
          errors={state.fieldErrors?.file}
        />
        <SecrecyLine />
        <SubmitButton variant={preview ? 'plain' : 'main'} pendingText="核对中…">
          {preview ? '重新上传' : '上传并核对'}
        </SubmitButton>
      </form>
      {preview && preview.problems.length > 0 ? <Problems preview={preview} /> : null}
      {preview && preview.problems.length === 0 ? <Planned preview={preview} region={region} action={action} /> : null}
    </>
  );
}
