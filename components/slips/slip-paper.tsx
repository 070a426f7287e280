import './slip-paper.css';
import { formatDayProse } from '@/lib/dates';
import { deadlineWords, paperMark, replySentence, UNNUMBERED } from '@/lib/slips/slip.rules';
import type { SlipPaper } from '@/lib/slips/slip.schema';

/** As large as one line of 156 mm allows. */
const issuerSize = (issuer: string): number =>
  Math.max(22, Math.min(42, Math.floor(430 / Math.max(1, Array.from(issuer).length))));

/** The slip as its paper prints it; the Word file says the same. */
export function SlipPaperView({ paper }: { paper: SlipPaper }) {
  const mark = paperMark(paper.status);
  const made = paper.issuedOn ? formatDayProse(paper.issuedOn) : '（印发日期）';
  return (
    <article className="slip-paper" aria-label={`${paper.number ?? '拟稿'} ${paper.title}`}>
      {mark ? (
        <p className="mark">
          {mark}
          {paper.voided ? `（${formatDayProse(paper.voided.on)}，${paper.voided.reason}）` : ''}
        </p>
      ) : null}
      <p className="issuer" style={{ fontSize: `${issuerSize(paper.issuer)}pt` }}>
        {paper.issuer}
      </p>
      <p className="number">{paper.number ?? UNNUMBERED}</p>
      <h2>{paper.title}</h2>
      <p>{paper.unitName}：</p>
      {paper.body
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a fixed text have no name but their place
          <p key={at} className={lineClass(line)}>
            {line}
          </p>
        ))}
      <p className="one">一、督办任务</p>
      <table>
        <colgroup>
          <col style={{ width: '9%' }} />
          <col />
          <col style={{ width: '26%' }} />
          <col style={{ width: '18%' }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">序号</th>
            <th scope="col">重点任务</th>
            <th scope="col">完成时限</th>
            <th scope="col">当前状态</th>
          </tr>
        </thead>
        <tbody>
          {paper.tasks.map((task) => (
            <tr key={task.taskId}>
              <td>{task.seq}</td>
              <td className="words">{task.text}</td>
              <td>{deadlineWords(task)}</td>
              <td>{task.standing}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="one">二、办理要求</p>
      <p className="text">{replySentence(paper)}</p>
      <p className="signature">
        <span>{paper.issuer}</span>
        <span style={{ marginRight: '4em', minWidth: 0 }}>{made}</span>
      </p>
      {paper.contact ? <p className="note">（联系人：{paper.contact}）</p> : null}
      <div className="imprint">
        {paper.copyTo ? <p>抄送：{paper.copyTo.replace(/[。.]$/, '')}。</p> : null}
        <p className="made">
          <span>{paper.issuer}</span>
          <span>{paper.issuedOn ? `${made}印发` : '未印发'}</span>
        </p>
      </div>
    </article>
  );
}

function lineClass(line: string): string {
  if (/^[一二三四五六七八九十]+、/.test(line)) return 'one';
  return /^（[一二三四五六七八九十]+）/.test(line) ? 'text two' : 'text';
}
