import { Notice } from '@/components/ui/notice';
import { Table, Td, Th } from '@/components/ui/table';

type IssuedPasswordsProps = { issued: Array<{ username: string; displayName: string; password: string }> };

/** Generated passwords: on screen this once, and never again. Prints, to be handed over. */
export function IssuedPasswords({ issued }: IssuedPasswordsProps) {
  if (issued.length === 0) return null;
  return (
    <div className="mb-3.5">
      <Notice tone="warn" title="以下密码只显示这一次">
        <p>请现在抄录或打印，当面或经保密渠道交给本人。本人首次登录须改为自己的密码。</p>
      </Notice>
      <Table label="新密码">
        <thead>
          <tr>
            <Th>用户名</Th>
            <Th>姓名</Th>
            <Th>密码</Th>
          </tr>
        </thead>
        <tbody>
          {issued.map((entry) => (
            <tr key={entry.username}>
              <Td nowrap>{entry.username}</Td>
              <Td>{entry.displayName}</Td>
              <Td nowrap>
                <code className="font-mono text-base select-all">{entry.password}</code>
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
