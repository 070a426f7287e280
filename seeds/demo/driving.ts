import type { Day } from '@/lib/dates';
import type { Tier } from '@/lib/slips/slip.schema';
import type { ListSlug } from '../seed';
import type { Piece } from './files';

type Reply = { on: Day; text: string; evidence?: Piece[] };
/** A slip and what became of it; what is left out has not happened by the simulated today. */
export type SlipPlot = {
  unit: string;
  tier: Tier;
  /** Tasks by their number. */
  tasks: number[];
  draftedOn: Day;
  checkedOn?: Day;
  issuedOn?: Day;
  signedOn?: Day;
  reply?: Reply;
  returned?: { on: Day; reason: string; again: Reply };
  closedOn?: Day;
  closeWords?: string;
  voided?: { on: Day; reason: string };
};
type ObjectionPlot = {
  unit: string;
  task: number;
  ground: 'NOT_OURS' | 'WRONG_DIVISION';
  reason: string;
  raisedOn: Day;
  /** CONFIRMED without `instead`; with it the unit leaves the task and the other takes its part. */
  decided?: { on: Day; note: string; instead?: string };
};
type PaperPlot = { unit: string; task: number; writtenOn: Day; sentBack?: { on: Day; reason: string } } & (
  | { kind: 'RESULT' }
  | { kind: 'EXTENSION'; toDueOn: Day; reason: string; progress: string }
);
type NodePlot = { task: number; addedOn: Day; nodes: { title: string; dueOn: Day; doneOn?: Day }[] };
type MessagePlot = { task: number; on: Day; text: string; from: 'office' | 'unit' };

/** How the driving of one list goes: settings from its start on, and what happens beside the tasks' own stories. */
export type Driving = {
  /** 机关代字 of its office. */
  code: string;
  /** Units whose papers the head signs from the start of the list on. */
  headSigns: string[];
  /** Units of which a second leader is the 分管领导. */
  supervised: string[];
  /** Units that signed for the list so many working days after its start; the others within two; null: not yet. */
  signed: Record<string, number | null>;
  slips: SlipPlot[];
  objections: ObjectionPlot[];
  /** Tasks that were already under way when the list was set going. */
  backfilled: { tasks: number[]; basis: string } | null;
  /** Units of which a report of the last days still waits for the head. */
  held: string[];
  papers: PaperPlot[];
  nodes: NodePlot[];
  /** Units whose tasks are shared out among their people. */
  handled: string[];
  messages: MessagePlot[];
  reminded: { task: number; on: Day; words: string }[];
  /** A co-lead's word on a result that waits. */
  objects: { task: number; unit: string; on: Day; words: string }[];
  /** Evidence of the last result or progress of the task's first lead. */
  evidence: { task: number; kind: 'RESULT' | 'PROGRESS'; pieces: Piece[] }[];
};

export const DRIVING: Partial<Record<ListSlug, Driving>> = {
  'ezhou-2022': {
    code: '鄂营商督',
    headSigns: ['市公安局', '市税务局'],
    supervised: ['市发改委', '市地方金融工作局', '市司法局'],
    signed: { 市城管委: 4, 市科技局: 7 },
    slips: [
      {
        unit: '市市场监管局',
        tier: 1,
        tasks: [6, 7, 9],
        draftedOn: '2022-05-19',
        checkedOn: '2022-05-19',
        issuedOn: '2022-05-20',
        signedOn: '2022-05-20',
        reply: {
          on: '2022-05-26',
          text: '三项任务均已进入收尾阶段：“一照多址”和登记事项自主申报已在市区窗口实行，分支机构许可承诺的适用范围已经明确，佐证材料正在整理，5月31日前申请办结。',
        },
        closedOn: '2022-05-30',
      },
      {
        unit: '市自然资源和规划局',
        tier: 3,
        tasks: [69, 70, 77],
        draftedOn: '2022-07-18',
        checkedOn: '2022-07-18',
        issuedOn: '2022-07-19',
        signedOn: '2022-07-19',
        reply: {
          on: '2022-07-21',
          text: '逾期主要原因是测绘成果共享平台和不动产登记系统的接口开放推迟。我局已成立专班，按周调度，分项列出整改清单和责任人，力争8月底前完成。',
        },
        closedOn: '2022-07-26',
        closeWords: '整改措施明确，请按承诺时间推进，逾期未完成的再次督办。',
      },
      {
        unit: '市科技局',
        tier: 2,
        tasks: [43, 45, 120, 121, 122, 123, 124, 125],
        draftedOn: '2022-08-12',
        checkedOn: '2022-08-12',
        issuedOn: '2022-08-15',
        signedOn: '2022-08-17',
        reply: {
          on: '2022-10-24',
          text: '因机构调整、填报人员变动，7月、8月两期进展未按期填报，现已明确专人负责，所缺进展随10月一并补报，今后按期填报。',
        },
        closedOn: '2022-10-27',
        closeWords: '回复逾期，已提醒。补报到位后予以办结。',
      },
      {
        unit: '市行政审批局',
        tier: 3,
        tasks: [58, 92],
        draftedOn: '2022-09-14',
        checkedOn: '2022-09-15',
        issuedOn: '2022-09-15',
        signedOn: '2022-09-16',
        reply: { on: '2022-09-19', text: '两项任务正在加快推进，近期可以完成。' },
        returned: {
          on: '2022-09-21',
          reason: '回复没有说明逾期原因，也没有明确完成时间，请补充后重新回复。',
          again: {
            on: '2022-09-23',
            text: '电子证照与省平台的签章互认尚差两类证照，省厅已排期；“互联网+监管”平台的数据汇聚尚有三家单位未接通。两项任务由分管副局长包保，分别于10月底、11月底前完成。',
            evidence: [
              {
                kind: 'pdf',
                title: '逾期任务整改方案.pdf',
                docNumber: '鄂州行审文〔2022〕31号',
                issuer: '市行政审批局',
                signedOn: '2022-09-22',
                lines: [
                  '逾期改革任务整改方案',
                  '一、电子证照签章互认：10月底前完成。',
                  '二、监管数据汇聚：11月底前接通全部单位。',
                ],
              },
            ],
          },
        },
        closedOn: '2022-09-26',
        closeWords: '同意整改方案，按节点核验。',
      },
      {
        unit: '市住建局',
        tier: 3,
        tasks: [68, 74],
        draftedOn: '2022-11-14',
        checkedOn: '2022-11-14',
        issuedOn: '2022-11-15',
        voided: { on: '2022-11-16', reason: '第68项的牵头环节正在会商，暂不列入，本单作废，另行印发。' },
      },
      {
        unit: '市住建局',
        tier: 3,
        tasks: [74],
        draftedOn: '2022-11-16',
        checkedOn: '2022-11-16',
        issuedOn: '2022-11-17',
        signedOn: '2022-11-17',
        reply: {
          on: '2022-11-21',
          text: '建设工程保险试点方案已通过合法性审核，近日印发实施，计划12月底前完成首批项目参保。',
        },
        closedOn: '2022-11-24',
      },
      {
        unit: '市地方金融工作局',
        tier: 1,
        tasks: [32, 36],
        draftedOn: '2022-12-19',
        checkedOn: '2022-12-19',
        issuedOn: '2022-12-20',
        signedOn: '2022-12-21',
        reply: { on: '2022-12-26', text: '已会同人行鄂州市中心支行倒排工期，年底前提交办结申请。' },
        closedOn: '2022-12-29',
      },
      {
        unit: '市发改委',
        tier: 3,
        tasks: [88],
        draftedOn: '2023-07-17',
        checkedOn: '2023-07-17',
        issuedOn: '2023-07-18',
        signedOn: '2023-07-18',
        reply: {
          on: '2023-07-20',
          text: '信用监管平台二期尚未验收，已约谈承建单位，明确分项交付时间，并每半月向优化办报告一次。',
        },
        closedOn: '2023-07-25',
      },
      {
        unit: '市文旅局',
        tier: 2,
        tasks: [130],
        draftedOn: '2023-09-11',
        checkedOn: '2023-09-11',
        issuedOn: '2023-09-12',
        signedOn: '2023-09-14',
      },
      {
        unit: '市税务局',
        tier: 2,
        tasks: [113],
        draftedOn: '2023-09-22',
        checkedOn: '2023-09-25',
        issuedOn: '2023-09-26',
        signedOn: '2023-09-26',
        reply: {
          on: '2023-09-28',
          text: '7月、8月两期进展因填报口径未统一而漏报，现已核实无纸化出口退税的数据，将于10月11日前补报到位，并明确专人负责。',
          evidence: [
            {
              kind: 'txt',
              title: '7月至8月工作进展补充说明.txt',
              issuer: '市税务局',
              signedOn: '2023-09-27',
              lines: ['7月：无纸化出口退税申报37件，占比100%。', '8月：一类、二类出口企业辅导21户，申报42件。'],
            },
          ],
        },
      },
      {
        unit: '市地方金融工作局',
        tier: 3,
        tasks: [33, 34],
        draftedOn: '2023-09-27',
        checkedOn: '2023-09-28',
      },
      { unit: '市行政审批局', tier: 2, tasks: [146], draftedOn: '2023-09-28' },
    ],
    objections: [
      {
        unit: '市气象局',
        task: 72,
        ground: 'WRONG_DIVISION',
        reason: '我局只承担雷电防护装置设计审核，不参与其他环节的审批时间压减，建议不列为责任单位。',
        raisedOn: '2022-03-17',
        decided: { on: '2022-03-22', note: '雷电防护装置设计审核是工程审批全流程中的一个环节，维持原分工。' },
      },
    ],
    backfilled: null,
    held: ['市公安局'],
    papers: [],
    nodes: [
      {
        task: 33,
        addedOn: '2022-04-12',
        nodes: [
          { title: '印发信用信息共享实施方案', dueOn: '2022-06-30', doneOn: '2022-06-24' },
          { title: '完成与省平台数据对接', dueOn: '2022-10-31', doneOn: '2023-02-20' },
          { title: '平台上线试运行', dueOn: '2023-08-31' },
        ],
      },
      {
        task: 88,
        addedOn: '2023-03-10',
        nodes: [
          { title: '信用监管平台二期联调', dueOn: '2023-06-30', doneOn: '2023-07-12' },
          { title: '平台二期验收', dueOn: '2023-10-13' },
        ],
      },
      {
        task: 12,
        addedOn: '2022-05-16',
        nodes: [
          { title: '梳理可入廊条件和路段清单', dueOn: '2022-08-31', doneOn: '2022-08-26' },
          { title: '首批用电外线工程入廊', dueOn: '2023-09-20' },
        ],
      },
    ],
    handled: ['市市场监管局', '市发改委'],
    messages: [
      {
        task: 93,
        on: '2023-09-25',
        from: 'office',
        text: '抽查情况只列了市直部门，三个区的抽查结果是否已经汇总？请补充说明。',
      },
    ],
    reminded: [
      { task: 33, on: '2023-09-26', words: '平台上线试运行的节点已过，请尽快说明情况，并抓紧申请办结。' },
      { task: 88, on: '2023-09-27', words: '该项已逾期一年以上，请于国庆节前报送验收安排。' },
    ],
    objects: [],
    evidence: [
      {
        task: 93,
        kind: 'RESULT',
        pieces: [
          {
            kind: 'pdf',
            title: '行政执法“三项制度”抽查情况通报.pdf',
            docNumber: '鄂州司发〔2023〕19号',
            issuer: '市司法局',
            signedOn: '2023-09-15',
            lines: [
              '关于行政执法“三项制度”落实情况的通报',
              '抽查市直部门18家，调阅案卷126份，合格率96.8%。',
              '存在问题：个别单位公示不及时，已限期整改。',
            ],
          },
          { kind: 'png', title: '案卷评查现场.png', tone: 1 },
          {
            kind: 'link',
            title: '市司法局：行政执法抽查结果公示',
            url: 'https://www.example.gov.cn/sfj/xzzf/202309/t20230915_1024.html',
            issuer: '市司法局',
            signedOn: '2023-09-15',
          },
        ],
      },
      {
        task: 20,
        kind: 'RESULT',
        pieces: [
          {
            kind: 'pdf',
            title: '投标保证金收退情况统计.pdf',
            issuer: '市公共资源交易中心',
            signedOn: '2023-09-11',
            lines: ['投标保证金收退情况统计', '2023年1月至8月共收取保证金212笔，均未超过1%和50万元上限。'],
          },
          { kind: 'link', title: '市公共资源交易中心网站', url: 'https://www.example.gov.cn/' },
        ],
      },
      {
        task: 40,
        kind: 'RESULT',
        pieces: [
          {
            kind: 'txt',
            title: '重点案件查处清单.txt',
            issuer: '市市场监管局',
            lines: [
              '序号,立案日期,结案日期',
              '1,2022-06-06,2022-06-08',
              '2,2022-06-09,2022-06-10',
              '3,2022-06-13,2022-06-14',
            ],
          },
        ],
      },
    ],
  },
  'zengdu-2022': {
    code: '曾营商督',
    headSigns: ['区法院'],
    supervised: ['区市场监管局', '区住建局'],
    signed: { 何店镇人民政府: 5, 区水利局: 4 },
    slips: [
      {
        unit: '区市场监管局',
        tier: 3,
        tasks: [54, 55],
        draftedOn: '2022-07-18',
        checkedOn: '2022-07-19',
        issuedOn: '2022-07-19',
        signedOn: '2022-07-19',
        reply: {
          on: '2022-07-21',
          text: '“证照分离”改革的事项清单需与市局统一口径，目前已完成本区部分，待市局清单印发后即对外公布。',
        },
        closedOn: '2022-07-25',
      },
      {
        unit: '区人社局',
        tier: 2,
        tasks: [61, 62, 63, 64],
        draftedOn: '2022-08-12',
        checkedOn: '2022-08-15',
        issuedOn: '2022-08-15',
        signedOn: '2022-08-16',
        reply: { on: '2022-10-24', text: '填报人员岗位调整未及时交接，造成漏报，现已补齐台账，指定两名同志互为备岗。' },
        closedOn: '2022-10-26',
        closeWords: '回复逾期两个月，已在专班会议上通报。',
      },
      {
        unit: '区住建局',
        tier: 1,
        tasks: [13],
        draftedOn: '2022-09-14',
        checkedOn: '2022-09-15',
        issuedOn: '2022-09-15',
        signedOn: '2022-09-16',
        reply: { on: '2022-09-22', text: '五证同发的会审流程已与区自然资源局商定，剩余事项在9月底前完成。' },
        closedOn: '2022-09-26',
      },
      {
        unit: '区公共资源交易中心',
        tier: 2,
        tasks: [36],
        draftedOn: '2022-09-14',
        checkedOn: '2022-09-15',
        issuedOn: '2022-09-15',
        voided: { on: '2022-09-16', reason: '该项由区政数局主报，受文单位有误，改为提醒区政数局。' },
      },
      {
        unit: '区政数局',
        tier: 1,
        tasks: [6, 7, 9],
        draftedOn: '2022-12-19',
        checkedOn: '2022-12-20',
        issuedOn: '2022-12-20',
        signedOn: '2022-12-20',
        reply: { on: '2022-12-27', text: '“一事联办”新增主题已全部上线，电子签名应用场景达到18个，正在整理办件数据。' },
        closedOn: '2022-12-30',
      },
      {
        unit: '区法院',
        tier: 3,
        tasks: [92, 94, 95],
        draftedOn: '2023-02-10',
        checkedOn: '2023-02-13',
        issuedOn: '2023-02-13',
        signedOn: '2023-02-13',
        reply: {
          on: '2023-02-15',
          text: '三项任务均与诉讼服务中心和办案系统升级有关，升级推迟两个月，预计3月底前投入使用。',
        },
        closedOn: '2023-02-20',
      },
      {
        unit: '区公安分局',
        tier: 2,
        tasks: [86, 87, 88],
        draftedOn: '2023-08-17',
        checkedOn: '2023-08-18',
        issuedOn: '2023-08-18',
        signedOn: '2023-08-21',
      },
      {
        unit: '区住建局',
        tier: 3,
        tasks: [16],
        draftedOn: '2023-09-19',
        checkedOn: '2023-09-20',
        issuedOn: '2023-09-20',
        signedOn: '2023-09-20',
        reply: { on: '2023-09-22', text: '联合验收系统仍在调试，尽快完成。' },
        returned: {
          on: '2023-09-25',
          reason: '请逐条写明未完成的环节、责任人和完成日期。',
          again: {
            on: '2023-09-27',
            text: '未完成环节为人防、消防两个专项的在线联办，分别由建管科、消防科负责，10月31日前完成联调，11月15日前正式运行。',
            evidence: [{ kind: 'png', title: '联合验收系统调试现场.png', tone: 2 }],
          },
        },
      },
      { unit: '区市场监管局', tier: 3, tasks: [54, 55], draftedOn: '2023-09-26', checkedOn: '2023-09-27' },
      { unit: '区政数局', tier: 2, tasks: [36], draftedOn: '2023-09-28' },
    ],
    objections: [],
    backfilled: {
      tasks: [4, 6, 12, 46],
      basis: '演示数据：区营商办2022年3月优化营商环境工作台账',
    },
    held: ['区法院'],
    papers: [],
    nodes: [
      {
        task: 16,
        addedOn: '2022-04-20',
        nodes: [
          { title: '“多验合一”实施细则印发', dueOn: '2022-08-31', doneOn: '2022-09-14' },
          { title: '联合验收系统上线', dueOn: '2023-08-31' },
        ],
      },
    ],
    handled: ['区市场监管局'],
    messages: [],
    reminded: [{ task: 16, on: '2023-09-18', words: '联合验收系统上线的节点已过，请抓紧推进。' }],
    objects: [],
    evidence: [
      {
        task: 92,
        kind: 'RESULT',
        pieces: [
          {
            kind: 'pdf',
            title: '网上立案运行情况报告.pdf',
            docNumber: '曾法发〔2023〕27号',
            issuer: '区法院',
            signedOn: '2023-09-26',
            lines: ['网上立案、跨域立案运行情况报告', '网上立案1246件，占比38.4%；跨域立案23件。'],
          },
        ],
      },
    ],
  },
  'ezhou-housing-2022': {
    code: '鄂建督',
    headSigns: ['行政审批科'],
    supervised: [],
    signed: { 市造价站: 4, 科技与勘察设计科: 6 },
    slips: [
      {
        unit: '政策法规科',
        tier: 1,
        tasks: [19],
        draftedOn: '2022-07-18',
        checkedOn: '2022-07-19',
        issuedOn: '2022-07-19',
        signedOn: '2022-07-19',
        reply: { on: '2022-07-25', text: '信用修复提醒事项已梳理完毕，正在征求各科室意见，7月底前报局务会。' },
        closedOn: '2022-07-28',
      },
      {
        unit: '人事教育科',
        tier: 2,
        tasks: [27],
        draftedOn: '2022-08-12',
        checkedOn: '2022-08-15',
        issuedOn: '2022-08-15',
        signedOn: '2022-08-16',
        reply: { on: '2022-10-24', text: '首期进展漏报，已补报，并纳入科室月度工作提示。' },
        closedOn: '2022-10-26',
      },
      {
        unit: '建筑市场监管科',
        tier: 1,
        tasks: [8],
        draftedOn: '2022-12-19',
        checkedOn: '2022-12-20',
        issuedOn: '2022-12-20',
        signedOn: '2022-12-20',
        reply: { on: '2022-12-26', text: '专项检查已收尾，正在汇总结果，年底前申请办结。' },
        closedOn: '2022-12-28',
      },
      {
        unit: '信息中心',
        tier: 2,
        tasks: [18],
        draftedOn: '2023-09-11',
        checkedOn: '2023-09-12',
        issuedOn: '2023-09-12',
        signedOn: '2023-09-13',
      },
      { unit: '城市建设科', tier: 2, tasks: [24], draftedOn: '2023-09-27' },
    ],
    objections: [],
    backfilled: null,
    held: [],
    papers: [],
    nodes: [
      {
        task: 3,
        addedOn: '2022-09-08',
        nodes: [
          { title: '制定并联办理流程图', dueOn: '2022-11-30', doneOn: '2022-11-25' },
          { title: '市政接入事项全程在线办理', dueOn: '2023-09-28' },
        ],
      },
    ],
    handled: [],
    messages: [{ task: 16, on: '2023-09-27', from: 'office', text: '“交房即办证”首批项目名单请作为附件补充。' }],
    reminded: [],
    objects: [
      { task: 16, unit: '信息中心', on: '2023-09-26', words: '系统对接部分尚余一个接口未联通，建议核实后再办结。' },
    ],
    evidence: [
      {
        task: 16,
        kind: 'RESULT',
        pieces: [
          {
            kind: 'pdf',
            title: '工程保险试点工作总结.pdf',
            issuer: '市住建局',
            signedOn: '2023-09-18',
            lines: ['建设工程保险试点工作总结', '试点项目6个，其中安全责任险参保率100%。'],
          },
        ],
      },
    ],
  },
  'huarong-2023': {
    code: '华营商督',
    headSigns: ['区发改经信局', '区法院'],
    supervised: ['区住建局', '区发改经信局', '区财政局'],
    signed: { 区供电公司: 4, 区城管局: 6, 葛华天然气公司: null },
    slips: [
      {
        unit: '区住建局',
        tier: 1,
        tasks: [10, 14, 16],
        draftedOn: '2023-07-17',
        checkedOn: '2023-07-18',
        issuedOn: '2023-07-18',
        signedOn: '2023-07-18',
        reply: {
          on: '2023-07-25',
          text: '三项任务均有专人跟进；第14项的图审平台还在对接，存在逾期风险，已提出加快措施。',
        },
        closedOn: '2023-07-28',
      },
      {
        unit: '区自然资源和规划分局',
        tier: 2,
        tasks: [11],
        draftedOn: '2023-07-17',
        checkedOn: '2023-07-18',
        issuedOn: '2023-07-18',
        signedOn: '2023-07-19',
        reply: {
          on: '2023-07-21',
          text: '6月进展漏报，已补报；商服类用地的“标准地”指标正在论证，在时限内完成存在困难，拟申请延期。',
        },
        closedOn: '2023-07-24',
      },
      {
        unit: '区财政局',
        tier: 2,
        tasks: [21, 22, 23, 24, 25],
        draftedOn: '2023-08-17',
        checkedOn: '2023-08-18',
        issuedOn: '2023-08-18',
        signedOn: '2023-08-22',
      },
      {
        unit: '区法院',
        tier: 3,
        tasks: [99, 107],
        draftedOn: '2023-09-11',
        checkedOn: '2023-09-11',
        issuedOn: '2023-09-12',
        signedOn: '2023-09-12',
        reply: {
          on: '2023-09-14',
          text: '第99项已提交办结申请；第107项竞争确定鉴定机构的办法已报上级法院备案，备案后即实施，预计10月中旬完成。',
        },
        closedOn: '2023-09-18',
      },
      {
        unit: '区发改经信局',
        tier: 3,
        tasks: [54, 84, 91],
        draftedOn: '2023-09-11',
        checkedOn: '2023-09-12',
        issuedOn: '2023-09-12',
        voided: { on: '2023-09-13', reason: '第54项另行约谈，不列入本单，重新印发。' },
      },
      {
        unit: '区发改经信局',
        tier: 3,
        tasks: [84, 91],
        draftedOn: '2023-09-13',
        checkedOn: '2023-09-13',
        issuedOn: '2023-09-14',
        signedOn: '2023-09-14',
        reply: {
          on: '2023-09-18',
          text: '已与区供电公司会商，并联审批限时办理和线上办电业务均已试运行，9月底前申请办结。',
        },
        closedOn: '2023-09-21',
      },
      {
        unit: '区住建局',
        tier: 3,
        tasks: [14, 18],
        draftedOn: '2023-09-19',
        checkedOn: '2023-09-20',
        issuedOn: '2023-09-20',
        signedOn: '2023-09-20',
        reply: {
          on: '2023-09-22',
          text: '第14项图审平台已接通土建、消防、人防三个专业，余下技防、防雷10月20日前接通；第18项已与区金融办商定保险机制的操作办法，待区政府常务会审定。',
          evidence: [
            {
              kind: 'pdf',
              title: '逾期任务推进情况说明.pdf',
              docNumber: '华建函〔2023〕42号',
              issuer: '区住建局',
              signedOn: '2023-09-21',
              lines: [
                '逾期改革任务推进情况说明',
                '第14项：图审平台已接通三个专业，余两个专业。',
                '第18项：操作办法已形成送审稿。',
              ],
            },
            { kind: 'png', title: '图审平台联调现场.png', tone: 3 },
          ],
        },
      },
      {
        unit: '区教育局',
        tier: 3,
        tasks: [117],
        draftedOn: '2023-09-25',
        checkedOn: '2023-09-26',
        issuedOn: '2023-09-26',
      },
      { unit: '区民政局', tier: 3, tasks: [121], draftedOn: '2023-09-26', checkedOn: '2023-09-27' },
      { unit: '区金融办', tier: 2, tasks: [69], draftedOn: '2023-09-27' },
    ],
    objections: [
      {
        unit: '区法院',
        task: 38,
        ground: 'NOT_OURS',
        reason: '不动产登记收费减免由登记机构和财政、税务部门办理，法院只提供涉诉房产信息，不承担该项职责。',
        raisedOn: '2023-06-09',
        decided: {
          on: '2023-06-13',
          note: '情况属实，改由区行政审批局负责窗口收费环节的落实。',
          instead: '区行政审批局',
        },
      },
      {
        unit: '区农业农村局',
        task: 123,
        ground: 'WRONG_DIVISION',
        reason: '土壤环境监管中的建设用地部分由生态环境部门负责，我局只负责耕地质量，建议写明分工。',
        raisedOn: '2023-09-26',
      },
    ],
    backfilled: null,
    held: ['区发改经信局'],
    papers: [
      { unit: '区发改经信局', task: 91, kind: 'RESULT', writtenOn: '2023-09-28' },
      {
        unit: '区发改经信局',
        task: 54,
        kind: 'EXTENSION',
        writtenOn: '2023-09-27',
        toDueOn: '2023-11-30',
        reason: '失信主体名单需与市信用平台比对，市平台升级至10月中旬，申请顺延。',
        progress: '已制定专项治理方案，排查失信主体46户，完成约谈31户。',
      },
      {
        unit: '区法院',
        task: 107,
        kind: 'RESULT',
        writtenOn: '2023-09-26',
        sentBack: { on: '2023-09-27', reason: '备案文号还没有下来，先不报办结，改报本月进展。' },
      },
    ],
    nodes: [
      {
        task: 36,
        addedOn: '2023-06-20',
        nodes: [
          { title: '清单修订稿征求意见', dueOn: '2023-08-15', doneOn: '2023-08-11' },
          { title: '修订后的清单印发', dueOn: '2023-09-22' },
          { title: '中介超市同步更新', dueOn: '2023-11-30' },
        ],
      },
      {
        task: 40,
        addedOn: '2023-06-21',
        nodes: [
          { title: '存量证照数据清洗', dueOn: '2023-08-31', doneOn: '2023-09-04' },
          { title: '电子证照库接入省平台', dueOn: '2023-10-13' },
        ],
      },
      {
        task: 105,
        addedOn: '2023-07-05',
        nodes: [{ title: '建立第三方专业人员名录库', dueOn: '2023-09-15', doneOn: '2023-09-13' }],
      },
    ],
    handled: ['区发改经信局', '区住建局'],
    messages: [
      {
        task: 99,
        on: '2023-09-15',
        from: 'office',
        text: '联系服务企业名单和联系法官是否已经对外公布？请提供公布的网址或照片。',
      },
      {
        task: 99,
        on: '2023-09-18',
        from: 'unit',
        text: '已在区法院门户网站和各园区公示栏公布，照片已附在办结申请中。',
      },
      { task: 99, on: '2023-09-27', from: 'office', text: '照片中只见两个园区，其余园区的公布情况请一并说明。' },
      { task: 80, on: '2023-09-26', from: 'office', text: '请补充供水、供气企业不收取用户红线以外费用的文件依据。' },
    ],
    reminded: [
      { task: 71, on: '2023-09-25', words: '该项已逾期近一个月，请月底前报送完成安排。' },
      { task: 117, on: '2023-09-26', words: '四个牵头单位请由区教育局统稿，尽快申请办结。' },
    ],
    objects: [
      {
        task: 86,
        unit: '区市场监管局',
        on: '2023-09-27',
        words: '转供电加价查询功能已上线，我局价格核查数据仍在补录，建议补齐后办结。',
      },
    ],
    evidence: [
      {
        task: 46,
        kind: 'RESULT',
        pieces: [
          {
            kind: 'pdf',
            title: '知识产权保护工作站建设情况.pdf',
            docNumber: '华市监〔2023〕33号',
            issuer: '区市场监管局',
            signedOn: '2023-08-28',
            lines: ['知识产权保护工作站建设情况', '建成工作站4个，开展维权援助18件，培训企业126人次。'],
          },
          { kind: 'png', title: '工作站揭牌.png', tone: 0 },
        ],
      },
      {
        task: 80,
        kind: 'RESULT',
        pieces: [
          { kind: 'png', title: '收费公示栏照片.png', tone: 2 },
          {
            kind: 'link',
            title: '区政府网站：水电气报装收费目录清单',
            url: 'https://www.example.gov.cn/hr/zwgk/sfml/202309/t20230918_77.html',
            issuer: '区住建局',
            signedOn: '2023-09-18',
          },
        ],
      },
      {
        task: 83,
        kind: 'RESULT',
        pieces: [
          {
            kind: 'txt',
            title: '重点企业用电报装台账.txt',
            issuer: '区发改经信局',
            signedOn: '2023-09-20',
            lines: [
              '项目代码,企业,报装容量(千伏安),接电日期',
              '2307-420703-04,甲公司,630,2023-08-17',
              '2307-420703-05,乙公司,1000,2023-09-06',
            ],
          },
        ],
      },
      {
        task: 99,
        kind: 'RESULT',
        pieces: [{ kind: 'png', title: '园区公示栏照片.png', tone: 1 }],
      },
    ],
  },
};
