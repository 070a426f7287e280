import type { Random } from './random';

export type Words = { narrative: string; problems: string; needs: string; nextSteps: string };

type Scene = {
  /** What the task is about, from its own words. */
  about: string;
  unit: string;
  /** '2022年6月'. */
  month: string;
  percent: number | null;
  /** How often the unit has reported on the task before. */
  round: number;
};

/** The first clause of a task that says something, without its closing mark. */
export function aboutOf(text: string): string {
  const clauses = text.split(/[，。；：,;:]/).map((clause) => clause.trim());
  let about = clauses[0] ?? text;
  if (about.length < 6 && clauses[1]) about = `${about}，${clauses[1]}`;
  about = about.replace(/^[（(]?\d+[）).、]\s*/, '');
  if (about.length > 26) about = about.slice(0, 26).replace(/[“（(《][^”）)》]*$/, '');
  // A quotation cut in the middle would read badly inside our own quotation marks.
  return about.replace(/[“”]/g, '').replace(/[、和与及的]$/, '');
}

const EARLY: ((s: Scene, r: Random) => string)[] = [
  (s, r) =>
    `“${s.about}”已列入年度重点工作，${s.unit}成立由分管领导牵头的工作专班，召开部署会${r.int(1, 2)}次，分解细化措施${r.int(3, 9)}条，明确了责任人和时间节点。`,
  (s, r) =>
    `完成“${s.about}”底数摸排，梳理相关事项${r.int(12, 86)}项，实施方案初稿已征求${r.int(4, 11)}家责任单位意见。`,
  (s, r) =>
    `组织赴先进地区学习考察${r.int(1, 3)}次，对标查找差距${r.int(3, 8)}处，“${s.about}”工作思路已经明确，正在起草配套制度。`,
  (s, r) => `已与${r.int(3, 7)}家责任单位对接“${s.about}”工作，建立联络机制和工作台账，需求清单确认${r.int(40, 80)}%。`,
];
const MIDDLE: ((s: Scene, r: Random) => string)[] = [
  (s, r) =>
    `${s.month}，“${s.about}”按计划推进，累计办理相关业务${r.int(60, 900)}件，涉及市场主体${r.int(30, 420)}户${share(s)}。`,
  (s, r) =>
    `配套文件已印发，系统功能完成联调，“${s.about}”在${r.int(2, 6)}个窗口试运行，收集意见${r.int(6, 30)}条，已整改${r.int(3, 6)}条${share(s)}。`,
  (s, r) =>
    `针对“${s.about}”开展专题培训${r.int(1, 3)}场，参训${r.int(30, 160)}人次；平均办理时限压减${r.int(15, 60)}%${share(s)}。`,
  (s, r) =>
    `本期召开协调会${r.int(1, 3)}次，解决“${s.about}”中的堵点${r.int(2, 7)}个，与上月相比业务量增长${r.int(3, 24)}%${share(s)}。`,
  (s, r) =>
    `“${s.about}”所涉${r.int(8, 20)}个事项中，${r.int(4, 7)}个已落地，其余正在走审批和数据对接流程${share(s)}。`,
];
const LATE: ((s: Scene, r: Random) => string)[] = [
  (s, r) =>
    `“${s.about}”主要措施已全部落地，进入查漏补缺阶段，抽查${r.int(20, 60)}件，合格率${r.int(93, 99)}%${share(s)}。`,
  (s, r) =>
    `已基本实现“${s.about}”的目标，正在整理佐证材料，回访企业${r.int(15, 70)}户，满意率${r.int(94, 99)}.${r.int(0, 9)}%${share(s)}。`,
  (s, r) =>
    `“${s.about}”已在全域推开，本期新增办件${r.int(80, 600)}件，剩余${r.int(1, 3)}项收尾工作正在推进${share(s)}。`,
];
const GOING: ((s: Scene, r: Random) => string)[] = [
  (s, r) =>
    `${s.month}持续推进“${s.about}”，办理相关业务${r.int(40, 700)}件，服务企业和群众${r.int(60, 1200)}人次，未发生有效投诉。`,
  (s, r) => `“${s.about}”已形成常态化机制，本月开展督导检查${r.int(1, 4)}次，发现问题${r.int(1, 6)}个，均已整改。`,
  (s, r) => `本月围绕“${s.about}”走访企业${r.int(8, 45)}家，收集诉求${r.int(4, 26)}件，办结率${r.int(88, 100)}%。`,
  (s, r) =>
    `坚持长抓不懈，“${s.about}”各项指标保持稳定，${s.month}同比提升${r.int(1, 12)}.${r.int(0, 9)}%，相关宣传报道${r.int(1, 5)}篇。`,
  (s, r) =>
    `对“${s.about}”开展回头看，调阅案卷${r.int(10, 60)}份，更新制度${r.int(1, 2)}项，组织业务交流${r.int(1, 2)}次。`,
];
const DONE: ((s: Scene, r: Random) => string)[] = [
  (s, r) =>
    `“${s.about}”已全面完成，达到清单要求：制度文件已印发并公开，累计办理${r.int(200, 2600)}件，平均办理时限由${r.int(5, 12)}个工作日压减到${r.int(1, 4)}个工作日，佐证材料已备齐，申请办结。`,
  (s, r) =>
    `对照清单逐项核验，“${s.about}”所列${r.int(3, 6)}项要求均已落实，第三方回访满意率${r.int(95, 99)}.${r.int(0, 9)}%，已建立长效机制，申请办结。`,
  (s, r) =>
    `${s.unit}会同责任单位完成“${s.about}”全部工作内容，系统上线运行平稳，惠及市场主体${r.int(300, 5200)}户，请予审核。`,
];
const RESPONSIBLE: ((s: Scene, r: Random) => string)[] = [
  (s, r) =>
    `${s.unit}按职责配合做好“${s.about}”，本期提供数据${r.int(2, 30)}批次，配合牵头单位开展联合检查${r.int(1, 3)}次。`,
  (s, r) => `已明确专人对接“${s.about}”，本系统相关事项${r.int(2, 9)}项已按牵头单位要求梳理报送。`,
];

const PROBLEMS = [
  '部分系统为省级垂直管理，数据接口尚未开放，需人工重复录入。',
  '基层窗口人员流动较大，业务熟练程度不一，个别环节仍有多次跑动现象。',
  '企业对新政策知晓率不高，主动申请的户数偏少。',
  '涉及部门较多，个别责任单位反馈意见不够及时，影响整体进度。',
  '历史档案电子化程度较低，核验耗时较长。',
  '专项经费尚未落实，部分设备采购暂缓。',
  '上级配套细则尚未出台，部分标准有待进一步明确。',
  '受疫情防控影响，现场核查和集中培训有所推迟。',
];
const NEEDS = [
  '请优化办协调打通数据共享接口。',
  '请财政部门统筹安排系统改造经费。',
  '建议召开专题协调会，明确各责任单位的反馈时限。',
  '请上级主管部门明确事项划转后的审批口径。',
  '建议将宣传推广纳入统一安排，扩大政策知晓面。',
];
const NEXT_OPEN: ((s: Scene, r: Random) => string)[] = [
  (_, r) => `下月完成剩余${r.int(2, 6)}项工作任务，开展一次自查。`,
  () => '对照清单逐条销号，整理佐证材料，做好办结准备。',
  (_, r) => `针对存在的问题再召开${r.int(1, 2)}次协调会，压实责任单位任务。`,
];
const NEXT_ANY: ((s: Scene, r: Random) => string)[] = [
  () => '继续做好业务培训和政策宣传，及时收集企业意见。',
  (_, r) => `加强与责任单位会商，力争下期新增办件${r.int(50, 300)}件以上。`,
  () => '完善配套制度，固化经验做法，形成长效机制。',
  (s) => `围绕“${s.about}”开展回访，对发现的问题立行立改。`,
];

function share(scene: Scene): string {
  return scene.percent === null ? '' : `，总体进度约${scene.percent}%`;
}

/** The epidemic explains nothing after 2022. */
export function timely(reasons: readonly string[], when: string): readonly string[] {
  return when < '2023' ? reasons : reasons.filter((reason) => !reason.includes('疫情'));
}

export type Tone = 'progress' | 'sustained' | 'result' | 'responsible';

export function reportWords(tone: Tone, scene: Scene, random: Random): Words {
  const percent = scene.percent ?? (scene.round === 0 ? 10 : 60);
  const stock =
    tone === 'result'
      ? DONE
      : tone === 'responsible'
        ? RESPONSIBLE
        : tone === 'sustained' || (scene.percent === null && scene.round > 1)
          ? GOING
          : percent < 30
            ? EARLY
            : percent < 75
              ? MIDDLE
              : LATE;
  const narrative = random.pick(stock)(scene, random);
  const next = tone === 'progress' ? [...NEXT_OPEN, ...NEXT_ANY] : NEXT_ANY;
  const isTroubled = tone === 'progress' && random.chance(0.32);
  return {
    narrative,
    problems: isTroubled ? random.pick(timely(PROBLEMS, scene.month)) : '',
    needs: isTroubled && random.chance(0.45) ? random.pick(NEEDS) : '',
    nextSteps:
      tone === 'result' ? '做好常态化推进和成效巩固。' : random.chance(0.9) ? random.pick(next)(scene, random) : '',
  };
}

export const RETURN_REASONS = [
  '佐证材料不足：只有工作部署类文件，缺少办理结果和数据。请补充后重新提交。',
  '与清单要求不符：清单要求全域推开，所附材料仅为试点情况。',
  '办结依据不充分，未见责任单位的配合落实情况，请核实补充。',
  '所报数据前后不一致，请核对后重新提交。',
];
export const RETURN_PROGRESS_REASON = '进展内容与上月基本相同，请写明本期新增工作和数据。';
export const EXTENSION_REASONS = [
  '省级系统改造尚未完成，数据接口预计推迟开放，需顺延完成时限。',
  '项目招标采购流程较长，中标单位进场推迟，申请延期。',
  '受疫情防控影响，现场核查和集中培训推迟，申请延期完成。',
  '上级配套政策尚未出台，需待细则明确后实施，申请延期。',
];
/** How far a task has come, as a request for an extension says it. */
export function extensionProgress(about: string, round: number): string {
  return round < 2
    ? `“${about}”已制定工作方案并分解任务，前期摸排基本完成。`
    : `“${about}”主要措施已部分落地，已连续填报进展${round}次，其余正在按倒排工期推进。`;
}
export const EXTENSION_NOTES = ['情况属实，同意延期，请倒排工期。', '同意延期，不得再次顺延。'];
export const REFUSAL_NOTE = '理由不充分，同类任务其他单位已按期推进，请抓紧完成。';
export const ACCEPT_NOTES = ['', '', '', '材料齐全，同意办结。', '经核查达到清单要求，同意办结。'];
